import { z } from 'zod';
import { ROLES, type Role } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { instantColumn, noRow } from '../rows.ts';
import type { Actor } from './actor.ts';

/** A person as lists show them. */
const userRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES).nullable(),
  frozen_at: instantColumn.nullable(),
  frozen_reason: z.string().nullable(),
  two_factor_enabled: z.boolean(),
  has_password: z.boolean(),
  last_seen_at: instantColumn.nullable(),
  created_by: z.string(),
  created_at: instantColumn,
});
export type PersonRow = z.infer<typeof userRow>;

const COLUMNS = `u.id, u.email, u.name, u.role, u.frozen_at, u.frozen_reason, u.two_factor_enabled,
  exists (select 1 from user_identities i
    where i.user_id = u.id and i.provider_id = 'credential' and i.password is not null) as has_password,
  (select max(s.updated_at) from user_sessions s where s.user_id = u.id) as last_seen_at,
  u.created_by, u.created_at`;

export interface UserFilter {
  /** Part of the e-mail address or the name. */
  q?: string | undefined;
  role?: Role | undefined;
  frozen?: boolean | undefined;
  /** Only people made before this one: the last of the page before. */
  before?: string | undefined;
  limit: number;
}

/** People, the newest first. */
export const listUsers = (db: Db, filter: UserFilter): Promise<PersonRow[]> =>
  db.run(
    userRow,
    `select ${COLUMNS} from users u
     where ($1::text is null or position(lower($1) in lower(u.email || ' ' || u.name)) > 0)
       and ($2::text is null or u.role = $2)
       and ($3::text is null or (u.frozen_at is not null) = ($3 = 'true'))
       and ($4::text is null or u.id < $4)
     order by u.id desc limit $5`,
    [
      filter.q ?? null,
      filter.role ?? null,
      filter.frozen === undefined ? null : String(filter.frozen),
      filter.before ?? null,
      filter.limit,
    ],
  );

/** One person; null where there is none. */
export async function findUser(db: Db, id: string): Promise<PersonRow | null> {
  const rows = await db.run(userRow, `select ${COLUMNS} from users u where u.id = $1`, [id]);
  return rows[0] ?? null;
}

export interface NewUser {
  id: string;
  email: string;
  name: string;
  role: Role | null;
}

const madeRow = z.object({ id: z.string() });

/** Stores a person with their role and audit rows. False where the e-mail address is another one's. */
export async function createUser(db: Db, user: NewUser, actor: Actor): Promise<boolean> {
  const rows = await db.run(madeRow, INSERT_USER, userValues(user, actor));
  return rows.length > 0 || (await findUser(db, user.id)) !== null;
}

const userValues = (user: NewUser, actor: Actor) => [
  user.id,
  user.email.toLowerCase(),
  user.name,
  user.role,
  actor.id,
  actor.ipAddress,
  actor.userAgent,
];

const insertUser = (guard: string, more = ''): string => `
  with made as (
    insert into users (id, email, name, role, created_by)
    select $1, $2, $3, $4, $5 ${guard}
    on conflict do nothing returning id
  )${more}, audited as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'user.created', 'SUCCESS', $5, $6, $7,
      jsonb_build_object('userId', id, 'email', $2::text, 'role', $4::text) from made
  )
  select id from made`;

const INSERT_USER = insertUser('');

const INSERT_FIRST_USER = insertUser(
  'where is_without_super_admin()',
  `, credential as (
    insert into user_identities (id, account_id, provider_id, user_id, password)
    select $8, id, 'credential', id, $9 from made
  )`,
);

/**
 * Stores the first super_admin with a password: of any number that are stored at once, one. False where
 * there is a super_admin already, or the e-mail address is another one's.
 */
export async function createFirstUser(
  db: Db,
  user: NewUser & { identityId: string; passwordHash: string },
  actor: Actor,
): Promise<boolean> {
  const values = [...userValues(user, actor), user.identityId, user.passwordHash];
  const rows = await db.run(madeRow, INSERT_FIRST_USER, values);
  return rows.length > 0 || (await findUser(db, user.id)) !== null;
}

export interface UserChange {
  name?: string | undefined;
  /** Freezes with this reason; an empty one lifts it. */
  frozenReason?: string | undefined;
  endSessions?: boolean | undefined;
}

/**
 * Changes a person whose role is one of `below`, or who has none, with an audit row for each change;
 * a freeze ends their sessions. Repeating it changes nothing. Unknown ids change nothing.
 */
export async function changeUser(
  db: Db,
  id: string,
  change: UserChange,
  below: readonly Role[],
  actor: Actor,
): Promise<void> {
  await db.run(noRow, CHANGE_USER, [
    id,
    change.name ?? null,
    change.frozenReason ?? null,
    String(change.endSessions === true),
    below,
    actor.id,
    actor.ipAddress,
    actor.userAgent,
  ]);
}

const CHANGE_USER = `
  with old as (
    select id, name, frozen_at, frozen_reason from users
    where id = $1 and (role is null or role = any($5::text[])) for update
  ), changed as (
    update users u set
      name = coalesce($2, u.name),
      frozen_at = case when $3::text is null then u.frozen_at
        when $3 = '' then null else coalesce(u.frozen_at, now()) end,
      frozen_reason = case when $3::text is null then u.frozen_reason
        when $3 = '' then null else coalesce(u.frozen_reason, $3) end,
      updated_at = now()
    from old where u.id = old.id
    returning u.id, u.name, u.frozen_at, u.frozen_reason,
      old.name as old_name, old.frozen_at as old_frozen_at, old.frozen_reason as old_reason
  ), ended as (
    delete from user_sessions s using changed c
    where s.user_id = c.id and ($4::text = 'true' or c.frozen_at is not null)
    returning s.id, s.user_id
  )
  insert into audit_logs (action, status, actor, ip_address, user_agent, details)
  select action, 'SUCCESS', $6, $7, $8, details from (
    select 'user.changed' as action, jsonb_build_object('userId', id,
      'before', jsonb_build_object('name', old_name), 'after', jsonb_build_object('name', name)) as details
    from changed where name <> old_name
    union all
    select 'user.frozen', jsonb_build_object('userId', id, 'reason', frozen_reason,
      'before', jsonb_build_object('frozen', false), 'after', jsonb_build_object('frozen', true))
    from changed where old_frozen_at is null and frozen_at is not null
    union all
    select 'user.unfrozen', jsonb_build_object('userId', id, 'reason', old_reason,
      'before', jsonb_build_object('frozen', true), 'after', jsonb_build_object('frozen', false))
    from changed where old_frozen_at is not null and frozen_at is null
    union all
    select 'session.revoked', jsonb_build_object('userId', user_id, 'sessions', count(*))
    from ended group by user_id
  ) happened`;
