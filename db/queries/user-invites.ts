import { z } from 'zod';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';

export interface NewInvite {
  id: string;
  /** The hash by which better-auth finds it. */
  identifier: string;
  userId: string;
  expiresAt: Date;
}

const madeRow = z.object({ id: z.string() });

/**
 * Keeps an invitation in the place of earlier ones of that person, with an audit row. False where
 * there is no such person, or they are frozen.
 */
export async function createInvite(db: Db, invite: NewInvite, actor: Actor): Promise<boolean> {
  const rows = await db.run(
    madeRow,
    `with whose as (
       select id from users where id = $3 and frozen_at is null
     ), gone as (
       delete from user_verifications where value = 'invite ' || $3 and id <> $1
     ), made as (
       insert into user_verifications (id, identifier, value, expires_at)
       select $1, $2, 'invite ' || id, $4::text::timestamptz from whose
       on conflict (id) do update set updated_at = now() returning id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'user.invited', 'SUCCESS', $5, $6, $7, jsonb_build_object('userId', $3::text) from made
     )
     select id from made`,
    [
      invite.id,
      invite.identifier,
      invite.userId,
      invite.expiresAt.toISOString(),
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
    { repeatable: false },
  );
  return rows.length > 0;
}

/** Whom a kept invitation is for; null where the value is of another kind. */
export const invitedUser = (value: string): string | null =>
  /^invite (usr_[0-9a-f]{32})$/.exec(value)?.[1] ?? null;
