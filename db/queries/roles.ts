import { z } from 'zod';
import { ROLES, type Role } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';
import { isLastSuperAdmin } from '../errors.ts';
import type { Actor } from './actor.ts';

const roleColumn = z.enum(ROLES).nullable();

const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleColumn,
  frozen_at: instantColumn.nullable(),
  frozen_reason: z.string().nullable(),
  two_factor_enabled: z.boolean(),
  created_at: instantColumn,
  last_sign_in_at: instantColumn.nullable(),
});

/** Somebody who signs in, as role management shows them. */
export type PersonRow = z.infer<typeof personRow>;

const PERSON = `
  select u.id, u.email, u.name, u.role, u.frozen_at, u.frozen_reason, u.two_factor_enabled, u.created_at, (
    select l.created_at from audit_logs l
    where l.action = 'sign_in.succeeded' and l.actor = 'user:' || u.id and l.actor <> 'system'
    order by l.created_at desc limit 1) as last_sign_in_at
  from users u`;

export interface PeopleFilter {
  role?: Role | undefined;
  /** A part of the name or of the address. */
  q?: string | undefined;
  /** Only people made before the one with this id. */
  before?: string | undefined;
  limit: number;
}

/** The people of the installation, newest first. */
export const listPeople = (db: Db, { role, q, before, limit }: PeopleFilter) =>
  db.run(
    personRow,
    `${PERSON}
     where ($1::text is null or u.role = $1) and ($2::text is null or u.id < $2)
       and ($3::text is null or strpos(lower(u.email || ' ' || u.name), lower($3)) > 0)
     order by u.id desc limit $4`,
    [role ?? null, before ?? null, q ?? null, limit],
  );

/** One person; null where there is none of that id. */
export async function findPerson(db: Db, id: string): Promise<PersonRow | null> {
  const rows = await db.run(personRow, `${PERSON} where u.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The person (`user:<id>`) on whose behalf an actor acts: themselves, or the owner of the key. */
export async function personBehind(db: Db, actor: string): Promise<string | null> {
  if (!actor.startsWith('key:')) return actor;
  const rows = await db.run(
    z.object({ owner: z.string().nullable() }),
    'select owner from api_keys where id = $1',
    [actor.slice('key:'.length)],
  );
  return rows[0]?.owner ?? null;
}

export interface NewRole {
  /** Of the line of history; chosen by the caller, so that a repetition finds its own. */
  id: string;
  userId: string;
  /** The role that was judged; the change is made only where that still stands. */
  from: Role | null;
  to: Role | null;
  reason: string | null;
  /** The role of whoever makes the change, where it is a person: it must still be theirs. */
  actorRole: Role;
  actor: Actor;
}

/**
 * A role is changed with its line of history and its audit row. Where a super_admin loses the role, all
 * who have it are locked first, in one order, so that of any number who go at once the last one stays.
 */
const CHANGE_ROLE = `
  with super_admins as materialized (
    select id from users
    where $3::text = 'super_admin' and role = 'super_admin' and frozen_at is null
    order by id for update
  ),
  changed as (
    update users u set role = $4::text, updated_at = now()
    where u.id = $2 and u.role is not distinct from $3::text
      and ($3::text is distinct from 'super_admin' or u.frozen_at is not null
        or (select count(*) from super_admins s where s.id <> $2) > 0)
      and ($6::text not like 'user:%' or exists (
        select 1 from users a where a.id = substr($6::text, 6) and a.role = $9::text and a.frozen_at is null))
    returning u.id
  ),
  history as (
    insert into role_changes (id, user_id, from_role, to_role, reason, actor)
    select $1, id, $3::text, $4::text, $5::text, $6::text from changed
    returning user_id
  ),
  uninvited as (
    -- Whoever has an invitation at hand must not take over what the person has become.
    delete from user_verifications where value in (select 'invite ' || user_id from history)
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select case when $4::text is null then 'role.revoked' else 'role.granted' end, 'SUCCESS', $6::text, $7::text, $8::text,
      jsonb_build_object('userId', user_id, 'reason', $5::text,
        'before', jsonb_build_object('role', $3::text), 'after', jsonb_build_object('role', $4::text))
    from history
  )
  select user_id as id from history`;

/**
 * Changes a role in one guarded statement. `stale` where the person's role, or that of whoever asks,
 * is not what was judged any more; `last_super_admin` where nobody of that role would be left.
 */
export async function changeRole(
  db: Db,
  change: NewRole,
): Promise<'changed' | 'stale' | 'last_super_admin'> {
  const { id, userId, from, to, reason, actor, actorRole } = change;
  const values = [id, userId, from, to, reason, actor.id, actor.ipAddress, actor.userAgent];
  const idRow = z.object({ id: z.string() });
  try {
    const rows = await db.run(idRow, CHANGE_ROLE, [...values, actorRole]);
    if (rows.length > 0) return 'changed';
  } catch (error) {
    if (isLastSuperAdmin(error)) return 'last_super_admin';
    throw error;
  }
  const made = await db.run(idRow, 'select id from role_changes where id = $1', [id]);
  if (made.length > 0) return 'changed';
  const [left] = await db.run(
    z.object({ others: z.boolean(), same: z.boolean() }),
    `select exists (select 1 from users where role = 'super_admin' and frozen_at is null and id <> $1) as others,
       exists (select 1 from users where id = $1 and role is not distinct from $2::text) as same`,
    [userId, from],
  );
  return from === 'super_admin' && left?.same && !left.others ? 'last_super_admin' : 'stale';
}

const historyRow = z.object({
  id: z.string(),
  from_role: roleColumn,
  to_role: roleColumn,
  reason: z.string().nullable(),
  actor: z.string(),
  created_at: instantColumn,
});
export type RoleChangeRow = z.infer<typeof historyRow>;

/** A page of something of one person, newest first. */
export interface PersonPage {
  userId: string;
  before?: string | undefined;
  limit: number;
}

/** Every grant and revocation of a person's role. */
export const listRoleChanges = (db: Db, { userId, before, limit }: PersonPage) =>
  db.run(
    historyRow,
    `select id, from_role, to_role, reason, actor, created_at from role_changes
     where user_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [userId, before ?? null, limit],
  );

const signInRow = z.object({
  id: z.bigint().transform(Number),
  action: z.string(),
  status: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: instantColumn,
});
export type SignInRow = z.infer<typeof signInRow>;

/** Sign-ins of a person, those that failed and sign-outs too, out of the audit log. */
export const listSignIns = (db: Db, { userId, before, limit }: PersonPage) =>
  db.run(
    signInRow,
    `select id, action, status, ip_address, user_agent, created_at from audit_logs
     where action in ('sign_in.succeeded', 'sign_in.failed', 'sign_in.locked', 'sign_out')
       and ((actor = 'user:' || $1 and actor <> 'system') or details ->> 'userId' = $1)
       and ($2::text is null or id < $2::text::bigint)
     order by id desc limit $3`,
    [userId, before ?? null, limit],
  );
