import { getConnInfo } from '@hono/node-server/conninfo';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Actor } from '../../db/queries/actor.ts';
import type { IdKind } from '../../domain/ids.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from './caller.ts';

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

/** The caller's address as the socket knows it; null where the app is called without one. */
export function clientAddress(c: AppContext): string | null {
  return c.env.incoming ? (getConnInfo(c).remote.address ?? null) : null;
}

/** Who does it and from where, for the audit row. */
export const actorOf = (c: AppContext): Actor => ({
  id: c.var.caller.actor,
  ipAddress: clientAddress(c),
  userAgent: c.req.header('user-agent')?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
});
