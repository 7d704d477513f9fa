import { getConnInfo } from '@hono/node-server/conninfo';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Actor } from '../../db/queries/actor.ts';
import type { IdKind } from '../../domain/ids.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from './caller.ts';
import { forwardedAddress } from './client-address.ts';

/** What every handler finds in its context. `caller` is set on all routes that are not public. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    deps: Deps;
    requestId: string;
    log: Logger;
    caller: Caller;
    /**
     * Ids of what this call makes. Under an `Idempotency-Key` they follow from the key, so a call
     * repeated after a crash finds what the first one had made.
     */
    newId: (kind: IdKind) => string;
  };
}

export type AppContext = Context<AppEnv>;

const USER_AGENT_LENGTH_MAX = 300;

/**
 * The caller's address in its plain form: the peer of the socket, or whom trusted proxies name. Null
 * where the app is called without a socket.
 */
export function clientAddress(c: AppContext): string | null {
  if (!c.env.incoming) return null;
  const { address } = getConnInfo(c).remote;
  return forwardedAddress(
    address,
    c.req.header('x-forwarded-for'),
    c.var.deps.network.trustedProxies,
  );
}

/** Who does it and from where, for the audit row. */
export const actorOf = (c: AppContext): Actor => from(c, c.var.caller.actor);

/** Somebody who has not proved who they are. */
export const anonymousOf = (c: AppContext): Actor => from(c, 'anonymous');

const from = (c: AppContext, id: string): Actor => ({
  id,
  ipAddress: clientAddress(c),
  userAgent: c.req.header('user-agent')?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
});
