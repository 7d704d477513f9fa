import { z } from 'zod';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';

const doneRow = z.object({ user_id: z.string() });

/**
 * Keeps a secret that its owner has yet to prove, in the place of one not proved. False where they
 * have a second factor already.
 */
export async function proposeSecondFactor(
  db: Db,
  { id, userId, secret }: { id: string; userId: string; secret: string },
): Promise<boolean> {
  const rows = await db.run(
    doneRow,
    `insert into user_second_factors (id, user_id, secret, backup_codes, verified)
     values ($1, $2, $3, '', false)
     on conflict (user_id) do update set secret = excluded.secret
       where not user_second_factors.verified
     returning user_id`,
    [id, userId, secret],
  );
  return rows.length > 0;
}

/** Makes the proved secret the person's second factor. False where another one was proposed since. */
export async function enableSecondFactor(
  db: Db,
  change: { userId: string; secret: string; recoveryCodes: string },
  actor: Actor,
): Promise<boolean> {
  const rows = await db.run(
    doneRow,
    `with enabled as (
       update user_second_factors set verified = true, backup_codes = $3
       where user_id = $1 and secret = $2 and not verified returning user_id
     ), marked as (
       update users set two_factor_enabled = true, updated_at = now()
       where id in (select user_id from enabled)
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'second_factor.enabled', 'SUCCESS', $4, $5, $6,
         jsonb_build_object('userId', user_id) from enabled
     )
     select user_id from enabled`,
    [change.userId, change.secret, change.recoveryCodes, ...by(actor)],
  );
  return rows.length > 0;
}

/** Takes a person's second factor away; again is the same. */
export async function disableSecondFactor(db: Db, userId: string, actor: Actor): Promise<void> {
  await db.run(
    doneRow,
    `with disabled as (
       delete from user_second_factors where user_id = $1 returning user_id, verified
     ), marked as (
       update users set two_factor_enabled = false, updated_at = now()
       where id in (select user_id from disabled)
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'second_factor.disabled', 'SUCCESS', $2, $3, $4,
         jsonb_build_object('userId', user_id) from disabled where verified
     )
     select user_id from disabled`,
    [userId, ...by(actor)],
  );
}

/**
 * Puts other recovery codes in the place of those that were read: new ones, or what is left after
 * one was used. False where they have changed since, so a code works once.
 */
export async function replaceRecoveryCodes(
  db: Db,
  change: {
    userId: string;
    from: string;
    to: string;
    action: 'recovery_codes.made' | 'recovery_code.used';
  },
  actor: Actor,
): Promise<boolean> {
  const rows = await db.run(
    doneRow,
    `with replaced as (
       update user_second_factors set backup_codes = $3
       where user_id = $1 and backup_codes = $2 and verified returning user_id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select $4, 'SUCCESS', $5, $6, $7, jsonb_build_object('userId', user_id) from replaced
     )
     select user_id from replaced`,
    [change.userId, change.from, change.to, change.action, ...by(actor)],
    { repeatable: false },
  );
  return rows.length > 0;
}

const by = (actor: Actor) => [actor.id, actor.ipAddress, actor.userAgent];
