import { randomBytes } from 'node:crypto';
import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import { makePasswordHasher } from '../../api/auth/password-hash.ts';
import { makeCookieSigner, SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { hashOfToken } from '../../db/queries/user-sessions.ts';
import { noRow } from '../../db/rows.ts';
import type { Role } from '../../domain/permissions.ts';
import type { TestStack } from './test-stack.ts';

/** What the tests' own API signs cookies with. */
export const AUTH_SECRET = randomBytes(32);

/** Hashes as the product does, at next to no cost. */
export const QUICK_HASHER = makePasswordHasher({ logN: 4, r: 1, p: 1 });

/** The password of people who are made with one. */
export const PASSWORD = 'bronze kettle under the stairs';

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  /** As audit rows name them. */
  readonly actor: string;
  readonly sessionId: string;
  /** The cookie, and the header without which no change is taken by cookie. */
  readonly headers: Record<string, string>;
}

/** Stores a person of that role with a session, and signs its cookie as the API with `secret` does. */
export async function makePerson(db: Db, role: Role, secret = AUTH_SECRET): Promise<Person> {
  const { id, email } = await storePerson(db, role);
  const sessionId = newId('session');
  const token = randomBytes(32).toString('base64url');
  await db.run(
    noRow,
    `insert into user_sessions (id, token, user_id, expires_at)
     values ($1, $2, $3, now() + interval '8 hours')`,
    [sessionId, hashOfToken(token), id],
  );
  const cookie = `${SESSION_COOKIE}=${makeCookieSigner(secret).sign(SESSION_COOKIE, token)}`;
  return { id, email, actor: `user:${id}`, sessionId, headers: headersOf(cookie) };
}

/** Stores a person of that role, or of none, who signs in with `PASSWORD`. */
export async function storePerson(
  db: Db,
  role: Role | null,
): Promise<{ id: string; email: string }> {
  const id = newId('user');
  const email = `${role ?? 'nobody'}.${id.slice(-12)}@example.com`;
  await db.run(
    noRow,
    `with person as (
       insert into users (id, email, name, role, email_verified) values ($1, $2, $3, $4, true)
       returning id
     )
     insert into user_identities (id, account_id, provider_id, user_id, password)
     select $5, id, 'credential', id, $6 from person`,
    [id, email, `Test ${role}`, role, newId('identity'), await QUICK_HASHER.hash(PASSWORD)],
  );
  return { id, email };
}

/** What a call by this cookie carries. */
export const headersOf = (cookie: string): Record<string, string> => ({
  cookie,
  'x-bursar-csrf': '1',
});

/** The cookie of that name out of the headers of an answer, as it is sent back; empty where none. */
export function cookieOf(headers: Headers, name: string = SESSION_COOKIE): string {
  const set = headers.getSetCookie().findLast((each) => each.startsWith(`${name}=`)) ?? '';
  return set.split(';')[0] ?? '';
}

/** What an authenticator shows for a secret as it is typed into one, `steps` half minutes from now. */
export async function codeOf(secret: string, steps = 0): Promise<string> {
  const raw = new TextDecoder().decode(base32.decode(secret));
  return createOTP(raw).hotp(Math.floor(Date.now() / 30_000) + steps);
}

/** Stores a person in a stack's database and signs in over HTTP. */
export async function signedIn(
  { apiUrl, databaseUrl }: Pick<TestStack, 'apiUrl' | 'databaseUrl'>,
  role: Role,
): Promise<{ id: string; headers: Record<string, string> }> {
  const db = openDatabase(databaseUrl);
  try {
    const { id, email } = await storePerson(db, role);
    const answer = await fetch(`${apiUrl}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`nobody could sign in: ${await answer.text()}`);
    return { id, headers: headersOf(cookieOf(answer.headers)) };
  } finally {
    await db.close();
  }
}
