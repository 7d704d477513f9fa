import { roleHolds, type Permission, type Role } from '../../domain/permissions.ts';

/** Who calls, as proved by an API key, a session or a token. */
export interface Caller {
  kind: 'key' | 'user' | 'token';
  /** Of the key or the person; the subject of a token. */
  id: string;
  name: string;
  /** What audit rows carry: `key:<id>`, `user:<id>` or `token:<issuer>:<subject>`. */
  actor: string;
  role: Role;
  /** What alone it may use of its role; all of it where null. */
  scopes: readonly Permission[] | null;
  /** The networks that a key may be used from; any where there are none. */
  cidrs: readonly string[];
  /** The session of a person. */
  sessionId: string | null;
  /** When a person last proved who they are; null for keys and tokens. */
  authenticatedAt: Date | null;
}

/** True where the caller's role and scopes hold the permission. */
export const callerHolds = (caller: Caller, permission: Permission): boolean =>
  roleHolds(caller.role, permission) && (caller.scopes?.includes(permission) ?? true);
