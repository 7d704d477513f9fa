import { z } from 'zod';
import type { Permission } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { noRow } from '../rows.ts';
import type { Actor } from './actor.ts';
import { findApiKeyById, type ApiKeyRow } from './api-keys.ts';

const idRow = z.object({ id: z.string() });

/** Keys `k` that reach everything now: of the highest role, in use, and worth as much to their owner. */
const REACHES_ALL = `
  k.role = 'super_admin' and k.revoked_at is null and k.frozen_at is null
  and (k.expires_at is null or k.expires_at > now()) and (k.scopes is null or 'settings' = any(k.scopes))
  and (k.owner is null or exists (
    select 1 from users o where 'user:' || o.id = k.owner and o.role = 'super_admin' and o.frozen_at is null))`;

/**
 * All such keys, locked in one order, so that of several calls at once the later one counts what the
 * earlier one left.
 */
const LOCKED = `
  reaching as materialized (select k.id from api_keys k where ${REACHES_ALL} order by k.id for update),
  counted as materialized (select count(*) filter (where id <> $1) > 0 or not bool_or(id = $1) as enough from reaching)`;

/** True where a key may lose its reach: another one has it, or this one never had. */
const ENOUGH = 'coalesce((select enough from counted), true)';

/**
 * Revokes a key and returns it; null where there is none. Revoking twice keeps the first time, and
 * the last working key of the highest role stays: its `revokedAt` is then still null.
 */
export async function revokeApiKey(db: Db, id: string, actor: Actor): Promise<ApiKeyRow | null> {
  await db.run(
    noRow,
    `with ${LOCKED},
     revoked as (
       update api_keys set revoked_at = now()
       where id = $1 and revoked_at is null and ${ENOUGH}
       returning id
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'api_key.revoked', 'SUCCESS', $2, $3, $4, jsonb_build_object('keyId', id,
       'before', jsonb_build_object('revoked', false), 'after', jsonb_build_object('revoked', true))
     from revoked`,
    [id, actor.id, actor.ipAddress, actor.userAgent],
  );
  return findApiKeyById(db, id);
}

export interface Rotation {
  /** The key whose place the new one takes. */
  oldId: string;
  id: string;
  prefix: string;
  secretHash: string;
  overlapSeconds: number;
  /** When the new key ends; when the old one would have, unless told. */
  expiresAt: Date | undefined;
}

/**
 * Makes a key with the same rights in the place of one that works, which ends after the overlap, with
 * the audit row. Null where that one does not work, or was rotated before; safe to repeat.
 */
export async function rotateApiKey(
  db: Db,
  { oldId, id, prefix, secretHash, overlapSeconds, expiresAt }: Rotation,
  actor: Actor,
): Promise<ApiKeyRow | null> {
  await db.run(
    idRow,
    `with old as materialized (
       select * from api_keys k
       where k.id = $1 and k.revoked_at is null and k.frozen_at is null and (k.expires_at is null or k.expires_at > now())
         and not exists (select 1 from api_keys n where n.rotated_from = k.id)
       for update
     ),
     made as (
       insert into api_keys (id, name, prefix, secret_hash, role, scopes, cidrs, owner, rotated_from, created_by, expires_at)
       select $2, name, $3, $4, role, scopes, cidrs, owner, id, $7, coalesce($6::text::timestamptz, expires_at) from old
       on conflict do nothing returning id, rotated_from
     ),
     ending as (
       update api_keys k set expires_at = least(k.expires_at, now() + $5::int * interval '1 second')
       from made where k.id = made.rotated_from
       returning k.id, k.expires_at
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'api_key.rotated', 'SUCCESS', $7, $8, $9,
       jsonb_build_object('keyId', made.rotated_from, 'newKeyId', made.id, 'oldEndsAt', ending.expires_at,
         'before', jsonb_build_object('expiresAt', old.expires_at), 'after', jsonb_build_object('expiresAt', ending.expires_at))
     from made, ending, old
     returning (details ->> 'newKeyId') as id`,
    [
      oldId,
      id,
      prefix,
      secretHash,
      overlapSeconds,
      expiresAt?.toISOString() ?? null,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  return findApiKeyById(db, id);
}

/** What of a key is set anew; what is left out stays. */
export interface KeyChange {
  name?: string | undefined;
  cidrs?: readonly string[] | undefined;
  /** Fewer than it has. */
  scopes?: readonly Permission[] | undefined;
  /** Earlier than it ends now. */
  expiresAt?: Date | undefined;
}

/**
 * Changes a key with its audit row, where it still looks as `seen` and works. False where it does not,
 * or where the last working key of the highest role would reach less.
 */
export async function updateApiKey(
  db: Db,
  { seen, change, actor }: { seen: ApiKeyRow; change: KeyChange; actor: Actor },
): Promise<boolean> {
  const { name, cidrs, scopes, expiresAt } = change;
  const rows = await db.run(idRow, UPDATE, [
    seen.id,
    name ?? null,
    cidrs ?? null,
    scopes ?? null,
    expiresAt?.toISOString() ?? null,
    actor.id,
    actor.ipAddress,
    actor.userAgent,
    seen.scopes,
    seen.expiresAt?.toISOString() ?? null,
  ]);
  return rows.length > 0;
}

const told = (row: string): string =>
  `jsonb_build_object('name', ${row}.name, 'cidrs', ${row}.cidrs, 'scopes', ${row}.scopes, 'expiresAt', ${row}.expires_at)`;

const UPDATE = `
  with ${LOCKED},
  seen as materialized (
    select * from api_keys
    where id = $1 and revoked_at is null and frozen_at is null and (expires_at is null or expires_at > now())
      and scopes is not distinct from $9::text[]
      and ($4::text[] is null or scopes is null or $4::text[] <@ scopes)
      and ($5::text is null or expires_at is null or $5::text::timestamptz <= expires_at)
      and date_trunc('milliseconds', expires_at) is not distinct from $10::text::timestamptz
      and (($5::text is null and ($4::text[] is null or 'settings' = any($4::text[]))) or ${ENOUGH})
    for update
  ),
  changed as (
    update api_keys k set name = coalesce($2::text, k.name), cidrs = coalesce($3::text[], k.cidrs),
      scopes = coalesce($4::text[], k.scopes), expires_at = coalesce($5::text::timestamptz, k.expires_at)
    from seen where k.id = seen.id
    returning k.id, k.name, k.cidrs, k.scopes, k.expires_at
  )
  insert into audit_logs (action, status, actor, ip_address, user_agent, details)
  select 'api_key.changed', 'SUCCESS', $6, $7, $8,
    jsonb_build_object('keyId', changed.id, 'before', ${told('seen')}, 'after', ${told('changed')})
  from changed, seen
  returning (details ->> 'keyId') as id`;
