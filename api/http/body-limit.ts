import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../../domain/errors.ts';
import { clientAddress, type AppEnv } from './context.ts';

/**
 * Refuses bodies that are larger, whether or not they say their length. One that says it is judged
 * by that, for the HTTP parser holds the sender to it, and is then read without a stream between.
 */
export function limitBody(bytesMax: number): MiddlewareHandler<AppEnv> {
  const refuse = (c: Context<AppEnv>): never => {
    noteEvent(c);
    throw new DomainError(
      'payload_too_large',
      `The body is larger than ${bytesMax} bytes; send it in parts.`,
    );
  };
  const counted = bodyLimit({ maxSize: bytesMax, onError: (c: Context<AppEnv>) => refuse(c) });
  return async (c, next) => {
    const parsed = c.env.incoming?.headers;
    if (!parsed || parsed['transfer-encoding'] !== undefined) return counted(c, next);
    if (Number(parsed['content-length'] ?? 0) > bytesMax) return refuse(c);
    return next();
  };
}

/** An event that is too large is written down as every other refused one is. */
function noteEvent(c: Context<AppEnv>): void {
  const [, name = ''] = /^\/webhooks\/([a-z]+)$/.exec(c.req.path) ?? [];
  const { providers, rejections } = c.var.deps;
  const provider = providers.named(name)?.name;
  if (provider) rejections.note({ provider, reason: 'too_large', ipAddress: clientAddress(c) });
}
