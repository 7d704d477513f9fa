import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../../domain/errors.ts';
import type { AppEnv } from './context.ts';

/**
 * Refuses bodies that are larger, whether or not they say their length. One that says it is judged
 * by that, for the HTTP parser holds the sender to it, and is then read without a stream between.
 */
export function limitBody(bytesMax: number): MiddlewareHandler<AppEnv> {
  const refuse = (): never => {
    throw new DomainError(
      'payload_too_large',
      `The body is larger than ${bytesMax} bytes; send it in parts.`,
    );
  };
  const counted = bodyLimit({ maxSize: bytesMax, onError: refuse });
  return async (c, next) => {
    const parsed = c.env.incoming?.headers;
    if (!parsed || parsed['transfer-encoding'] !== undefined) return counted(c, next);
    if (Number(parsed['content-length'] ?? 0) > bytesMax) return refuse();
    return next();
  };
}
