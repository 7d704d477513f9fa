import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './context.ts';

/** Answers are data; the pages of `/docs` say what they need themselves. */
const NO_CONTENT =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['origin-agent-cluster', '?1'],
  ['x-permitted-cross-domain-policies', 'none'],
  [
    'permissions-policy',
    'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()',
  ],
];

/** A year; the name and all below it. */
const HTTPS_ONLY = 'max-age=31536000; includeSubDomains';

/** Paths whose answers nobody may keep. */
const PRIVATE = /^\/(?:api|revenue)(?:\/|$)/;

/**
 * Puts what browsers heed on every answer, refusals with it. `strict-transport-security` only where the
 * public URL is https; on plain http browsers would ignore it.
 */
export function safeHeaders(publicUrl: string): MiddlewareHandler<AppEnv> {
  const https = new URL(publicUrl).protocol === 'https:';
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of ALWAYS) headers.set(name, value);
    if (https) headers.set('strict-transport-security', HTTPS_ONLY);
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', NO_CONTENT);
    if (PRIVATE.test(c.req.path)) headers.set('cache-control', 'no-store');
  });
}

/**
 * Lets pages of these origins read answers, never with cookies: they call with a key or a token. Other
 * origins are told nothing.
 */
export const readableFrom = (origins: readonly string[]): MiddlewareHandler =>
  cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id'],
    exposeHeaders: ['x-request-id', 'retry-after', 'ratelimit-remaining', 'idempotency-replayed'],
    maxAge: 600,
  });
