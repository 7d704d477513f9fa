import { permissionsOf, roleLevel, type Permission, type Role } from './permissions.ts';

/** A change of somebody's role, before it is made. */
export interface RoleChange {
  /** The role of whoever makes the change, as it is now. */
  own: Role;
  /** Whoever makes the change is the person whose role it is, or uses a key of that person. */
  isSelf: boolean;
  /** What the person has; null for no role. */
  from: Role | null;
  /** What the person gets; null takes the role away. */
  to: Role | null;
}

/** Why a change of a role is refused, as the error code that the caller reads. */
export type RoleRefusal = 'own_role' | 'role_too_high';

/**
 * The one place that says who may change whose role; null where it may be made. Nobody changes their
 * own; nobody grants their own level or a higher one, so `super_admin` is never granted here; and
 * nobody changes the role of somebody at their own level or above, except that a super_admin, above
 * whom there is nobody, may take that role from another one.
 */
export function judgeRoleChange({ own, isSelf, from, to }: RoleChange): RoleRefusal | null {
  if (isSelf) return 'own_role';
  if (to !== null && roleLevel(to) >= roleLevel(own)) return 'role_too_high';
  if (from !== null && roleLevel(from) >= roleLevel(own) && own !== 'super_admin')
    return 'role_too_high';
  return null;
}

/** What a key may do, or whoever makes it: a role, and the part of it that alone counts. */
export interface KeyRights {
  role: Role;
  /** All of the role where it is null. */
  scopes: readonly Permission[] | null;
}

/**
 * Why somebody with the rights `own` may not make a key with the rights `wanted`; null where they may.
 * The highest role gives out itself too, any other only lower ones; who holds a part of a role gives
 * out no more than that part.
 */
export function judgeKey(own: KeyRights, wanted: KeyRights): 'role_too_high' | 'forbidden' | null {
  if (own.role !== 'super_admin' && roleLevel(wanted.role) >= roleLevel(own.role))
    return 'role_too_high';
  const { scopes } = own;
  const given = wanted.scopes ?? permissionsOf(wanted.role);
  return scopes === null || given.every((one) => scopes.includes(one)) ? null : 'forbidden';
}

/** The lower of two roles. */
export const lowerRole = (one: Role, other: Role): Role =>
  roleLevel(one) <= roleLevel(other) ? one : other;
