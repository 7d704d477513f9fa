import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { Caller } from './caller.ts';
import type { AppContext, AppEnv } from './context.ts';

/** Calls of machines that come every second or oftener; they are measured, not logged. */
const QUIET = /^\/(healthz|readyz|metrics|webhooks\/)/;

/**
 * Logs and measures every call by its route pattern and who called, never with headers, query or
 * body. The actor is null where nobody has proved who they are.
 */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = performance.now();
  await next();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { status } = c.res;
  const route = routePath(c);
  c.var.deps.metrics.httpSeconds.observe(
    { method: c.req.method, route, status: String(status) },
    seconds,
  );
  if (QUIET.test(c.req.path) && status < 500) return;
  c.var.log.info(
    {
      method: c.req.method,
      route,
      path: c.req.path,
      status,
      ms: Math.round(seconds * 1_000),
      actor: callerOf(c)?.actor ?? null,
    },
    'request',
  );
});

/** The types say that there is one; routes that are public, or were refused first, have none. */
const callerOf = (c: AppContext): Caller | undefined => c.get('caller');
