import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { secureHeaders } from 'hono/secure-headers';
import { PERMISSIONS } from '../domain/permissions.ts';
import { makeTargetCheck } from '../providers/targets.ts';
import type { AppOptions, Deps } from './deps.ts';
import type { AppEnv } from './http/context.ts';
import { freshId } from './http/idempotency.ts';
import { makeKeyRing } from './http/key-ring.ts';
import { problemOf } from './http/problems.ts';
import { requestLog } from './http/request-log.ts';
import { respondProblem } from './http/respond.ts';
import { refuseInvalid } from './http/validation.ts';
import { makeMetrics } from './metrics.ts';
import { makePayableSummaries } from './payable-summary.ts';
import { ROUTES } from './routes/index.ts';
import { makePaymentTerms } from './payment-terms.ts';
import { makeWebhookInbox } from './webhook-inbox.ts';
import { makeWebhookRejections } from './webhook-rejections.ts';

/** Answers are data; the pages of `/docs` say what they need themselves. */
const NO_CONTENT = "default-src 'none'; frame-ancestors 'none'";

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
    c.header('content-security-policy', NO_CONTENT);
    c.header('x-content-type-options', 'nosniff');
    await next();
  });
  app.use(requestLog);
  app.use('/api/*', secureHeaders());
  app.use('/revenue/*', secureHeaders());
  app.use('/docs/*', secureHeaders());
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
  const { db, vault, temporal, log } = options;
  const metrics = makeMetrics(db);
  const terms = makePaymentTerms(db, options.providers, log);
  return {
    checkTarget: makeTargetCheck(),
    ...options,
    metrics,
    keys: makeKeyRing(db),
    inbox: makeWebhookInbox({ db, vault, temporal, metrics, log }),
    payables: makePayableSummaries(db, (provider) => terms.limitsOf(provider)),
    terms,
    rejections: makeWebhookRejections(db, metrics, log),
  };
}

/** Each served route must be a declared one, and each declared one must say who may call it. */
function assertPermissions(app: OpenAPIHono<AppEnv>): void {
  const known = new Set<unknown>([...PERMISSIONS, 'public']);
  const declared = new Set<string>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path } = definition.route;
    declared.add(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`);
    if (!known.has(definition.route['x-permission'])) {
      throw new Error(`route ${method} ${path} declares no permission`);
    }
  }
  const undeclared = app.routes.find(
    ({ method, path }) => method !== 'ALL' && !declared.has(`${method} ${path}`),
  );
  if (undeclared) throw new Error(`route ${undeclared.method} ${undeclared.path} is not declared`);
}
