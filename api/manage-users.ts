import { personBehind } from '../db/queries/roles.ts';
import { findUser, type PersonRow } from '../db/queries/users.ts';
import { DomainError } from '../domain/errors.ts';
import { roleLevel, ROLES, type Role } from '../domain/permissions.ts';
import { auditDenial } from './http/auth.ts';
import type { AppContext } from './http/context.ts';
import { notFound } from './http/problems.ts';

/** The roles that the caller may give and manage: those below their own. */
export const rolesBelow = (role: Role): Role[] =>
  ROLES.filter((each) => roleLevel(each) < roleLevel(role));

/** Throws `role_too_high`, and writes it down, where the role is not below the caller's own. */
export async function assertBelow(c: AppContext, role: Role | null): Promise<void> {
  const { role: own } = c.var.caller;
  if (role === null || roleLevel(role) < roleLevel(own)) return;
  await auditDenial(c, { reason: 'role_too_high', wanted: role });
  throw new DomainError(
    'role_too_high',
    `You may make and change people of roles below your own (${own}) alone.`,
  );
}

/**
 * A person whom the caller may change: neither themselves, nor the owner of the key that calls. Throws
 * `not_found`, `own_role` and `role_too_high`, and writes a refusal down.
 */
export async function managedUser(c: AppContext, id: string): Promise<PersonRow> {
  const person = await findUser(c.var.deps.db, id);
  if (!person) throw notFound('person');
  if ((await personBehind(c.var.deps.db, c.var.caller.actor)) === `user:${id}`) {
    await auditDenial(c, { reason: 'own_role', userId: id });
    throw new DomainError(
      'own_role',
      'Nobody manages themselves here: for your own sessions, password and second factor there is /api/auth.',
    );
  }
  await assertBelow(c, person.role);
  return person;
}
