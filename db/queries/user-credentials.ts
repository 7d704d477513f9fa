import { z } from 'zod';
import { ROLES } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { instantColumn, noRow } from '../rows.ts';
import type { Actor } from './actor.ts';

const credentialRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES).nullable(),
  frozen_at: instantColumn.nullable(),
  two_factor_enabled: z.boolean(),
  password: z.string().nullable(),
  /** Encrypted; null without a second factor. */
  secret: z.string().nullable(),
  recovery_codes: z.string().nullable(),
  factor_verified: z.boolean().nullable(),
});

/** What a person can prove who they are with. */
export type Credential = z.infer<typeof credentialRow>;

const findBy = async (db: Db, where: string, value: string): Promise<Credential | null> => {
  const rows = await db.run(
    credentialRow,
    `select u.id, u.email, u.name, u.role, u.frozen_at, u.two_factor_enabled, i.password, f.secret,
       f.backup_codes as recovery_codes, f.verified as factor_verified
     from users u
     left join user_identities i on i.user_id = u.id and i.provider_id = 'credential'
     left join user_second_factors f on f.user_id = u.id
     where ${where} limit 1`,
    [value],
  );
  return rows[0] ?? null;
};

/** Of the person with that e-mail address, however it is spelt; null where there is none. */
export const findCredentialByEmail = (db: Db, email: string): Promise<Credential | null> =>
  findBy(db, 'lower(u.email) = lower($1)', email);

/** Of that person; null where there is none. */
export const findCredential = (db: Db, userId: string): Promise<Credential | null> =>
  findBy(db, 'u.id = $1', userId);

/** Puts a hash of higher cost in the place of the one that the password was proved against. */
export async function replaceHash(
  db: Db,
  userId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.run(
    noRow,
    `update user_identities set password = $3, updated_at = now()
     where user_id = $1 and provider_id = 'credential' and password = $2`,
    [userId, from, to],
  );
}

export interface NewPassword {
  userId: string;
  hash: string;
  /** Of the identity that holds it, where there is none yet. */
  identityId: string;
  /** The session that goes on; all others of the person end. */
  keepSession: string | null;
  /** The hash that the change was proved against; null for an invitation. */
  from: string | null;
}

const doneRow = z.object({ user_id: z.string() });

/**
 * Sets a password, ends the person's other sessions and writes the audit row. False where the
 * password has been changed since, or the person is frozen.
 */
export async function setPassword(db: Db, change: NewPassword, actor: Actor): Promise<boolean> {
  const rows = await db.run(
    doneRow,
    `with whose as (
       select id from users where id = $1 and frozen_at is null
     ), set as (
       insert into user_identities (id, account_id, provider_id, user_id, password)
       select $3, id, 'credential', id, $2 from whose
       on conflict (provider_id, account_id) do update set password = $2, updated_at = now()
         where $5::text is null or user_identities.password in ($5, $2)
       returning user_id
     ), proved as (
       update users set email_verified = true, updated_at = now()
       where id in (select user_id from set) and $5::text is null
     ), ended as (
       delete from user_sessions where user_id in (select user_id from set)
         and id is distinct from $4::text returning id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'password.changed', 'SUCCESS', $6, $7, $8, jsonb_build_object('userId', user_id,
         'sessionsEnded', (select count(*) from ended), 'byInvitation', $5::text is null) from set
     )
     select user_id from set`,
    [
      change.userId,
      change.hash,
      change.identityId,
      change.keepSession,
      change.from,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  return rows.length > 0;
}
