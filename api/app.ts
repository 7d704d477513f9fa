import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { makeTargetCheck } from '../providers/targets.ts';
import { makeAuth } from './auth/auth.ts';
import { assertPermissions } from './assert-permissions.ts';
import { CONSOLE_DIR } from './console/files.ts';
import type { AppOptions, Deps } from './deps.ts';
import { CODEC_PATH, readableByTemporalUi } from './http/codec-origin.ts';
import type { AppEnv } from './http/context.ts';
import { makeAllowListRing } from './http/allow-list-ring.ts';
import { readableFrom, safeHeaders } from './http/headers.ts';
import { freshId } from './http/idempotency.ts';
import { makeKeyRing } from './http/key-ring.ts';
import { makeLimits } from './http/limits.ts';
import { CLOSED_NETWORK } from './http/network-settings.ts';
import { problemOf } from './http/problems.ts';
import { requestLog } from './http/request-log.ts';
import { respondProblem } from './http/respond.ts';
import { refuseInvalid } from './http/validation.ts';
import { makeLiveHub } from './live/hub.ts';
import { makeStreams } from './live/streams.ts';
import { makeMetrics } from './metrics.ts';
import { makePayableSummaries } from './payable-summary.ts';
import { ROUTES } from './routes/index.ts';
import { makePaymentTerms } from './payment-terms.ts';
import { makeWebhookInbox } from './webhook-inbox.ts';
import { makeWebhookRejections } from './webhook-rejections.ts';

/** A request id that a caller may choose, so that its log and ours can be joined. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Puts the API together over what it is given; nothing is opened or closed here. Throws where a
 * route declares no permission.
 */
export function createApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const deps = makeDeps(options);
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  app.use(async (c, next) => {
    const given = c.req.header('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    c.set('deps', deps);
    c.set('requestId', requestId);
    c.set('log', options.log.child({ requestId }));
    c.set('newId', freshId);
    c.header('x-request-id', requestId);
    await next();
  });
  app.use(requestLog);
  app.use(safeHeaders(deps.settings.publicUrl));
  app.use(`${CODEC_PATH}/*`, readableByTemporalUi(deps.settings.temporalUiUrl));
  const { corsOrigins } = deps.network;
  if (corsOrigins.length > 0) app.use(readableFrom(corsOrigins));
  app.notFound((c) =>
    respondProblem(c, {
      status: 404,
      code: 'not_found',
      message: 'There is no such route; see /docs.',
    }),
  );
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.status >= 500) c.var.log.error({ err: error }, 'request failed');
    return respondProblem(c, problem);
  });
  for (const route of ROUTES) app.route('/', route);
  assertPermissions(app);
  return app;
}

function makeDeps(options: AppOptions): Deps {
  const { db, vault, temporal, log, stopping = new AbortController().signal } = options;
  const streams = makeStreams();
  const metrics = makeMetrics(db, {
    askTemporal: () => temporal.health(),
    streamsOpen: () => streams.open,
  });
  const terms = makePaymentTerms(db, options.providers, log);
  return {
    checkTarget: makeTargetCheck(),
    codec: null,
    consoleDir: CONSOLE_DIR,
    ...options,
    metrics,
    ...makeRights(options, stopping),
    stopping,
    streams,
    limits: makeLimits(db, options.network?.limits),
    network: { ...CLOSED_NETWORK, ...options.network },
    inbox: makeWebhookInbox({ db, vault, temporal, metrics, log }),
    payables: makePayableSummaries(db, (provider) => terms.limitsOf(provider)),
    terms,
    rejections: makeWebhookRejections(db, metrics, log),
  };
}

/** Who may do what, each known for less than a second, and the reader of news that shortens that. */
function makeRights(
  { db, log, auth: given, settings }: AppOptions,
  stopping: AbortSignal,
): Pick<Deps, 'auth' | 'keys' | 'allowLists' | 'live'> {
  const auth = makeAuth(db, given, settings.publicUrl);
  const keys = makeKeyRing(db);
  const allowLists = makeAllowListRing(db);
  const forgetRights = (): void => {
    auth.sessions.forget();
    keys.forget();
    allowLists.forget();
  };
  return { auth, keys, allowLists, live: makeLiveHub({ db, log, stopping, forgetRights }) };
}
