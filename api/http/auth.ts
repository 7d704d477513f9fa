import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { writeAudit } from '../../db/queries/audit.ts';
import { DomainError } from '../../domain/errors.ts';
import { roleHolds, type Permission } from '../../domain/permissions.ts';
import { requireAllowedAddress } from './allowed-address.ts';
import { authenticate } from './authenticate.ts';
import { callerHolds, type Caller } from './caller.ts';
import { actorOf, type AppContext, type AppEnv } from './context.ts';
import { countBadCredentials, countRequest } from './request-limit.ts';
import { judgedOf, observeAction } from '../risk-guard.ts';
import { requireFreshProof } from './step-up.ts';

/** How a role that lacks the permission is refused: `not_system` at what platforms call, not people. */
export type Refusal = 'forbidden' | 'not_system';

/** What a route asks of its caller beside the permission. */
export interface Demands {
  refusal: Refusal;
  /** A person must have proved who they are within the last minutes. */
  freshProof: boolean;
}

/**
 * Lets a call through whose caller holds the permission. 401 without working credentials; 429, or 403
 * from an address that is not allowed, without the permission or a fresh proof. Whatever fails in
 * here refuses the call. A refusal of a known caller stands in the audit log.
 */
export function requires(
  permission: Permission,
  { refusal, freshProof }: Demands,
): MiddlewareHandler<AppEnv> {
  const door = createMiddleware<AppEnv>(async (c, next) => {
    c.set('caller', await knownCaller(c));
    await countRequest(c);
    await requireAllowedAddress(c, permission);
    // A person may not give orders as the platform: nobody else would look at them.
    const passes = refusal === 'forbidden' || c.var.caller.kind !== 'user';
    if (!passes || !callerHolds(c.var.caller, permission)) await deny(c, permission, refusal);
    if (freshProof) await requireFreshProof(c);
    await next();
  });
  DOORS.set(door, permission);
  return door;
}

const DOORS = new WeakMap<object, Permission>();

/** What a handler of a route asks its callers for; undefined where it is no such door. */
export const permissionAskedBy = (handler: object): Permission | undefined => DOORS.get(handler);

async function knownCaller(c: AppContext): Promise<Caller> {
  try {
    return await authenticate(c);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'unauthorized') await countBadCredentials(c);
    throw error;
  }
}

/** Refuses for want of a permission, and writes that down. Never returns. */
export async function deny(
  c: AppContext,
  permission: Permission,
  refusal: Refusal = 'forbidden',
): Promise<never> {
  const { kind, role } = c.var.caller;
  const lacksRole = !roleHolds(role, permission);
  const reason = lacksRole ? 'role' : kind === 'user' ? 'person' : 'scope';
  await auditDenial(c, { permission, reason });
  throw new DomainError(
    refusal,
    refusal === 'not_system'
      ? 'Only the platform itself may do this: use a key of the role "admin" or above.'
      : `The role ${role}, as you use it, does not hold the permission "${permission}".`,
  );
}

/** Writes down that a caller was refused, and why, and has the risk rules look at it. */
export async function auditDenial(c: AppContext, why: Record<string, unknown>): Promise<void> {
  const { db } = c.var.deps;
  const actor = actorOf(c);
  await writeAudit(db, {
    action: 'permission.denied',
    status: 'WARNING',
    actor,
    details: { ...why, role: c.var.caller.role, method: c.req.method, path: c.req.path },
  });
  await observeAction(db, c.var.log, { ...judgedOf(actor), kind: 'denied' });
}
