import { createMiddleware } from 'hono/factory';
import { writeAudit } from '../../db/queries/audit.ts';
import { DomainError } from '../../domain/errors.ts';
import { roleHolds, type Permission } from '../../domain/permissions.ts';
import { actorOf, type AppContext, type AppEnv } from './context.ts';

/** How a role that lacks the permission is refused: `not_system` at what platforms call, not people. */
export type Refusal = 'forbidden' | 'not_system';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Lets a call through whose key holds the permission. 401 without a working key, 403 without the
 * permission, by the code `refusal`; a refusal of the latter kind stands in the audit log.
 */
export const requires = (permission: Permission, refusal: Refusal = 'forbidden') =>
  createMiddleware<AppEnv>(async (c, next) => {
    await authenticate(c);
    if (!roleHolds(c.var.caller.role, permission)) await deny(c, permission, refusal);
    await next();
  });

async function authenticate(c: AppContext): Promise<void> {
  const secret = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
  const row = secret === undefined ? null : await c.var.deps.keys.holderOf(secret);
  if (!row) {
    throw new DomainError(
      'unauthorized',
      'Send a working API key in the header "Authorization: Bearer <key>".',
    );
  }
  c.set('caller', { keyId: row.id, name: row.name, actor: `key:${row.id}`, role: row.role });
}

/** Refuses for want of a permission, and writes that down. Never returns. */
export async function deny(
  c: AppContext,
  permission: Permission,
  refusal: Refusal = 'forbidden',
): Promise<never> {
  await writeAudit(c.var.deps.db, {
    action: 'permission.denied',
    status: 'WARNING',
    actor: actorOf(c),
    details: { permission, role: c.var.caller.role, method: c.req.method, path: c.req.path },
  });
  throw new DomainError(
    refusal,
    refusal === 'not_system'
      ? 'Only the platform itself may do this: use a key of the role "admin" or above.'
      : `This key's role does not hold the permission "${permission}".`,
  );
}
