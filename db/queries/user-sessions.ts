import { createHash } from 'node:crypto';
import { and, desc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { noRow } from '../rows.ts';
import { users, userSessions } from '../schema/users.ts';
import type { Actor } from './actor.ts';

export type SessionRow = typeof userSessions.$inferSelect;
export type UserRow = typeof users.$inferSelect;

/** A session and whose it is. */
export interface HeldSession {
  session: SessionRow;
  user: UserRow;
}

/** What is kept of a session's token: whoever reads the table has no token that works. */
export const hashOfToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/** The session with that token, an expired one included; null where there is none. */
export async function findSession(db: Db, token: string): Promise<HeldSession | null> {
  const rows = await db.orm
    .select({ session: userSessions, user: users })
    .from(userSessions)
    .innerJoin(users, eq(users.id, userSessions.userId))
    .where(eq(userSessions.token, hashOfToken(token)));
  return rows[0] ?? null;
}

/** Notes that a session was used; written at most once a minute over all processes. */
export async function touchSession(db: Db, id: string): Promise<void> {
  await db.run(
    noRow,
    `update user_sessions set updated_at = now()
     where id = $1 and updated_at < now() - interval '1 minute'`,
    [id],
  );
}

/** How somebody proved who they are. */
export type ProofMethod = 'password' | 'second_factor' | 'recovery_code' | 'oidc';

export interface NewSession {
  id: string;
  token: string;
  userId: string;
  method: ProofMethod;
  lifeMs: number;
  /** The token of the session that came with the sign-in; it ends. */
  replaces: string | null;
  /** When the person proved who they are; now where it is null. */
  provedAt: Date | null;
}

const idRow = z.object({ id: z.string() });

/**
 * Begins a session with its audit row. False where the person is frozen or has no role by now.
 */
export async function beginSession(db: Db, session: NewSession, actor: Actor): Promise<boolean> {
  const rows = await db.run(
    idRow,
    `with ended as (
       delete from user_sessions where token = $6
     ), made as (
       insert into user_sessions (id, token, user_id, expires_at, ip_address, user_agent, authenticated_at)
       select $1, $2, u.id, now() + $4::text::int * interval '1 millisecond', $8, $9,
         coalesce($10::timestamptz, now())
       from users u where u.id = $3 and u.role is not null and u.frozen_at is null
       on conflict do nothing returning id, user_id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'sign_in.succeeded', 'SUCCESS', $7, $8, $9, jsonb_build_object(
         'userId', m.user_id, 'sessionId', m.id, 'method', $5::text, 'email', u.email)
       from made m join users u on u.id = m.user_id
     )
     select id from made`,
    [
      session.id,
      hashOfToken(session.token),
      session.userId,
      String(session.lifeMs),
      session.method,
      session.replaces === null ? null : hashOfToken(session.replaces),
      `user:${session.userId}`,
      actor.ipAddress,
      actor.userAgent,
      session.provedAt?.toISOString() ?? null,
    ],
    { repeatable: false },
  );
  return rows.length > 0;
}

/** A proof given anew in a session: it goes on under another token. False where it has ended. */
export async function renewSession(
  db: Db,
  { id, token, method }: { id: string; token: string; method: ProofMethod },
  actor: Actor,
): Promise<boolean> {
  const rows = await db.run(
    idRow,
    `with renewed as (
       update user_sessions set token = $2, authenticated_at = now(), updated_at = now()
       where id = $1 returning id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'step_up.succeeded', 'SUCCESS', $4, $5, $6,
         jsonb_build_object('sessionId', id, 'method', $3::text) from renewed
     )
     select id from renewed`,
    [id, hashOfToken(token), method, actor.id, actor.ipAddress, actor.userAgent],
  );
  return rows.length > 0;
}

/**
 * Ends a session of that person with an audit row, `sign_out` or `session.revoked`. False where they
 * have no such session.
 */
export async function endSession(
  db: Db,
  { id, userId, action }: { id: string; userId: string; action: 'sign_out' | 'session.revoked' },
  actor: Actor,
): Promise<boolean> {
  const rows = await db.run(
    idRow,
    `with ended as (
       delete from user_sessions where id = $1 and user_id = $2 returning id, user_id
     ), audited as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select $3, 'SUCCESS', $4, $5, $6, jsonb_build_object('userId', user_id, 'sessionId', id)
       from ended
     )
     select id from ended`,
    [id, userId, action, actor.id, actor.ipAddress, actor.userAgent],
    { repeatable: false },
  );
  return rows.length > 0;
}

/** The sessions of a person that have not run out, the one used last first. At most 100. */
export const listSessions = (db: Db, userId: string, idleMs: number): Promise<SessionRow[]> =>
  db.orm
    .select()
    .from(userSessions)
    .where(
      and(
        eq(userSessions.userId, userId),
        gt(userSessions.expiresAt, new Date()),
        gt(userSessions.updatedAt, new Date(Date.now() - idleMs)),
      ),
    )
    .orderBy(desc(userSessions.updatedAt))
    .limit(100);
