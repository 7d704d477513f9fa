import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppContext, AppEnv } from './context.ts';

/** Where the codec server of Temporal's Web UI lies. */
export const CODEC_PATH = '/api/temporal/codec';

/** Lets the pages of the Web UI, and no others, call the codec server with cookies. */
export const readableByTemporalUi = (
  temporalUiUrl: string | undefined,
): MiddlewareHandler<AppEnv> => {
  const uiOrigin = originOf(temporalUiUrl);
  return cors({
    origin: (origin) => (origin === uiOrigin ? origin : null),
    credentials: true,
    allowMethods: ['POST'],
    allowHeaders: ['authorization', 'content-type', 'x-namespace'],
    maxAge: 600,
  });
};

/**
 * Whether a page of the Web UI calls the codec server. It cannot send the header that other calls by
 * cookie must carry; its own `content-type` has the browser ask for leave first, which no other origin
 * is given, and nothing is changed here.
 */
export function isTemporalUiCall(c: AppContext): boolean {
  const uiOrigin = originOf(c.var.deps.settings.temporalUiUrl);
  return (
    uiOrigin !== null &&
    c.req.path.startsWith(`${CODEC_PATH}/`) &&
    c.req.header('origin') === uiOrigin &&
    /^application\/json\b/i.test(c.req.header('content-type') ?? '')
  );
}

const originOf = (url: string | undefined): string | null =>
  url === undefined ? null : new URL(url).origin;
