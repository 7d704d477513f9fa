import { desc, eq, sql } from 'drizzle-orm';
import { ROLES, type Permission, type Role } from '../../domain/permissions.ts';
import { lowerRole } from '../../domain/role-grants.ts';
import type { Db } from '../client.ts';
import { noRow } from '../rows.ts';
import { apiKeys } from '../schema/api-keys.ts';
import { users } from '../schema/users.ts';
import type { Actor } from './actor.ts';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** The key with that hash, revoked and expired ones included; null where there is none. */
export async function findApiKey(db: Db, secretHash: string): Promise<ApiKeyRow | null> {
  const rows = await db.orm.select().from(apiKeys).where(eq(apiKeys.secretHash, secretHash));
  return rows[0] ?? null;
}

/** The key with that id; null where there is none. */
export async function findApiKeyById(db: Db, id: string): Promise<ApiKeyRow | null> {
  const rows = await db.orm.select().from(apiKeys).where(eq(apiKeys.id, id));
  return rows[0] ?? null;
}

/** A key as it may be used now. */
export interface KeyHolder extends ApiKeyRow {
  /** False where it is revoked or frozen, or its owner is, or has no role any more. */
  usable: boolean;
}

/**
 * The key with that hash, for whoever calls with it; null where there is none. Its role is that of its
 * owner where that is the lower one. When it ends is for the caller to compare.
 */
export async function findKeyHolder(db: Db, secretHash: string): Promise<KeyHolder | null> {
  const rows = await db.orm
    .select({ key: apiKeys, ownerRole: users.role, ownerFrozenAt: users.frozenAt })
    .from(apiKeys)
    .leftJoin(users, sql`${apiKeys.owner} = 'user:' || ${users.id}`)
    .where(eq(apiKeys.secretHash, secretHash));
  const [row] = rows;
  if (!row) return null;
  const { key, ownerRole, ownerFrozenAt } = row;
  const alive = key.revokedAt === null && key.frozenAt === null;
  if (key.owner === null) return { ...key, usable: alive };
  return {
    ...key,
    role: lowerRole(key.role, ownerRole ?? ROLES[0]),
    usable: alive && ownerRole !== null && ownerFrozenAt === null,
  };
}

/** Notes that a key was used; written at most once a minute over all processes. */
export async function touchApiKey(db: Db, id: string): Promise<void> {
  await db.run(
    noRow,
    `update api_keys set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}

export const listApiKeys = (db: Db): Promise<ApiKeyRow[]> =>
  db.orm.select().from(apiKeys).orderBy(desc(apiKeys.createdAt)).limit(1_000);

export interface NewApiKey {
  id: string;
  name: string;
  prefix: string;
  secretHash: string;
  role: Role;
  /** All of the role where there are none. */
  scopes?: readonly Permission[] | null;
  /** Any network where there are none. */
  cidrs?: readonly string[];
  /** The person (`user:<id>`) whose rights it never exceeds. */
  owner?: string | null;
  expiresAt?: Date | undefined;
}

/** Stores a key with its audit row; repeating the same call changes nothing. */
export async function createApiKey(db: Db, key: NewApiKey, actor: Actor): Promise<void> {
  await db.run(
    noRow,
    `with made as (
       insert into api_keys (id, name, prefix, secret_hash, role, created_by, expires_at, scopes, cidrs, owner)
       values ($1, $2, $3, $4, $5, $6, $7::text::timestamptz, $10::text[], $11::text[], $12)
       on conflict (secret_hash) do nothing
       returning id, name, role, scopes, cidrs, owner, expires_at
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'api_key.created', 'SUCCESS', $6, $8, $9, jsonb_build_object('keyId', id, 'name', name, 'role', role,
       'scopes', scopes, 'cidrs', cidrs, 'owner', owner, 'expiresAt', expires_at)
     from made`,
    [
      key.id,
      key.name,
      key.prefix,
      key.secretHash,
      key.role,
      actor.id,
      key.expiresAt?.toISOString() ?? null,
      actor.ipAddress,
      actor.userAgent,
      key.scopes ?? null,
      key.cidrs ?? [],
      key.owner ?? null,
    ],
  );
}

/** One id for the first key of a database: the primary key lets only one process make it. */
const FIRST_KEY_ID = `key_${'0'.repeat(31)}1`;

/**
 * Stores the administrator's key where there is no key at all. True where that key is stored now, by
 * this call or by another one; false where the database has other keys.
 */
export async function createFirstApiKey(
  db: Db,
  prefix: string,
  secretHash: string,
): Promise<boolean> {
  await db.run(
    noRow,
    `with made as (
       insert into api_keys (id, name, prefix, secret_hash, role, created_by)
       select $1, 'administrator', $2, $3, 'super_admin', 'system'
       where not exists (select 1 from api_keys)
       on conflict do nothing returning id
     )
     insert into audit_logs (action, status, actor, details)
     select 'api_key.created', 'SUCCESS', 'system', jsonb_build_object('keyId', id, 'role', 'super_admin')
     from made`,
    [FIRST_KEY_ID, prefix, secretHash],
  );
  // Asked afterwards: the statement above does not see a row that another process made meanwhile.
  return (await findApiKey(db, secretHash)) !== null;
}
