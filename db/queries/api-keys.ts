import { desc, eq } from 'drizzle-orm';
import type { Role } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { noRow } from '../rows.ts';
import { apiKeys } from '../schema/api-keys.ts';
import type { Actor } from './actor.ts';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** The key with that hash, revoked and expired ones included; null where there is none. */
export async function findApiKey(db: Db, secretHash: string): Promise<ApiKeyRow | null> {
  const rows = await db.orm.select().from(apiKeys).where(eq(apiKeys.secretHash, secretHash));
  return rows[0] ?? null;
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
  expiresAt: Date | undefined;
}

/** Stores a key with its audit row; repeating the same call changes nothing. */
export async function createApiKey(db: Db, key: NewApiKey, actor: Actor): Promise<void> {
  await db.run(
    noRow,
    `with made as (
       insert into api_keys (id, name, prefix, secret_hash, role, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7::text::timestamptz)
       on conflict (secret_hash) do nothing returning id
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'api_key.created', 'SUCCESS', $6, $8, $9,
       jsonb_build_object('keyId', id, 'name', $2::text, 'role', $5::text)
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

/**
 * Revokes a key and returns it; null where there is none. Revoking twice keeps the first time, and
 * the last working key of the highest role stays: its `revokedAt` is then still null.
 */
export async function revokeApiKey(db: Db, id: string, actor: Actor): Promise<ApiKeyRow | null> {
  await db.run(
    noRow,
    `with revoked as (
       update api_keys k set revoked_at = now()
       where id = $1 and revoked_at is null and (role <> 'super_admin' or exists (
         select 1 from api_keys other
         where other.role = 'super_admin' and other.id <> k.id and other.revoked_at is null
           and (other.expires_at is null or other.expires_at > now())))
       returning id
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'api_key.revoked', 'SUCCESS', $2, $3, $4, jsonb_build_object('keyId', id) from revoked`,
    [id, actor.id, actor.ipAddress, actor.userAgent],
  );
  const rows = await db.orm.select().from(apiKeys).where(eq(apiKeys.id, id));
  return rows[0] ?? null;
}
