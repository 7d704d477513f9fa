import { newId } from '../db/new-id.ts';
import { changeRole, findPerson, personBehind, type PersonRow } from '../db/queries/roles.ts';
import { DomainError } from '../domain/errors.ts';
import type { Role } from '../domain/permissions.ts';
import { judgeRoleChange, type RoleRefusal } from '../domain/role-grants.ts';
import { auditDenial } from './http/auth.ts';
import { actorOf, type AppContext } from './http/context.ts';
import { notFound } from './http/problems.ts';

const TRIES_MAX = 5;

const WORDS: Record<RoleRefusal | 'last_super_admin', string> = {
  own_role: 'Nobody changes their own role; ask somebody else who may.',
  role_too_high:
    'Roles are granted and taken away below your own level only; super_admin is granted on the database.',
  last_super_admin:
    'This is the last super_admin who can sign in; there must be another one first.',
};

/** What a caller wants of somebody's role; `to` is null to take it away. */
export interface RoleOrder {
  userId: string;
  to: Role | null;
  reason: string | null;
}

/**
 * Gives a person a role, or takes it away, for the caller. Again is the same. Throws `not_found`,
 * `own_role`, `role_too_high` and `last_super_admin`; each refusal stands in the audit log.
 */
export async function changeRoleOf(c: AppContext, order: RoleOrder): Promise<PersonRow> {
  const { db, auth } = c.var.deps;
  const { role: own, actor } = c.var.caller;
  const isSelf = (await personBehind(db, actor)) === `user:${order.userId}`;
  const id = newId('roleChange');
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const person = await findPerson(db, order.userId);
    if (!person) throw notFound('person');
    const { role: from } = person;
    const refusal = judgeRoleChange({ own, isSelf, from, to: order.to });
    if (refusal) return refuse(c, refusal, order);
    if (from === order.to) return person;
    const change = { ...order, id, from, actorRole: own, actor: actorOf(c) };
    const outcome = await changeRole(db, change);
    if (outcome === 'last_super_admin') return refuse(c, outcome, order);
    if (outcome === 'changed') {
      auth.sessions.forget();
      c.var.deps.keys.forget();
      return { ...person, role: order.to };
    }
  }
  throw new DomainError(
    'forbidden',
    'Your own role, or that of this person, was changed meanwhile; look at both again.',
  );
}

async function refuse(
  c: AppContext,
  code: RoleRefusal | 'last_super_admin',
  { userId, to }: RoleOrder,
): Promise<never> {
  await auditDenial(c, { permission: 'manage_roles', reason: code, userId, wanted: to });
  throw new DomainError(code, WORDS[code]);
}
