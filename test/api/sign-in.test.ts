import { expect, test } from 'vitest';
import { makePasswordHasher } from '../../api/auth/password-hash.ts';
import { noRow } from '../../db/rows.ts';
import { cookieOf, headersOf, PASSWORD, QUICK_HASHER, storePerson } from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const looked: (string | null)[] = [];
const api = useTestApi({
  auth: {
    passwords: {
      ...QUICK_HASHER,
      verify: (password, hash) => {
        looked.push(hash);
        return QUICK_HASHER.verify(password, hash);
      },
    },
  },
});

const signIn = (email: string, password: string, more: Record<string, string> = {}) =>
  api.call('POST', '/api/auth/sign-in', { as: null, json: { email, password }, headers: more });
const session = (headers: Record<string, string>) =>
  api.call('GET', '/api/auth/session', { as: null, headers });
const audited = (action: string, userId: string) =>
  count(
    api.db,
    "select count(*) as n from audit_logs where action = $1 and details ->> 'userId' = $2",
    [action, userId],
  );

test('the right password gives a session, in a cookie that only this host and no script reads', async () => {
  const { id, email } = await storePerson(api.db, 'manager');
  const answer = await signIn(email.toUpperCase(), PASSWORD);
  expect([answer.status, answer.body]).toEqual([200, { success: true }]);
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-bursar_session=[\w-]{43}\.[\w-]{43}; /);
  for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=28800'])
    expect(cookie).toContain(flag);
  const who = await session(headersOf(cookieOf(answer.headers)));
  expect(who.at('session')).toMatchObject({ kind: 'user', id, email, role: 'manager' });
  expect(await audited('sign_in.succeeded', id)).toBe(1);
});

test('an unknown address and a wrong password are answered alike, and cost one hash each', async () => {
  const { id, email } = await storePerson(api.db, 'viewer');
  looked.length = 0;
  const wrong = await signIn(email, 'not the password at all');
  const unknown = await signIn('nobody.here@example.com', 'not the password at all');
  const [one, other] = [wrong, unknown].map(({ status, text, headers }) => ({
    status,
    text: text.replace(/"requestId":"[^"]*"/, ''),
    headers: [...headers.keys()],
  }));
  expect(one).toEqual(other);
  expect(wrong.at('error.code')).toBe('unauthorized');
  expect(looked).toEqual([expect.stringContaining('$scrypt$'), null]);
  expect(await audited('sign_in.failed', id)).toBe(1);
  const anonymous = "select count(*) as n from audit_logs where details ->> 'email' = $1";
  expect(await count(api.db, anonymous, ['nobody.here@example.com'])).toBe(1);
});

test('who is frozen or has no role is told so after the right password alone', async () => {
  const frozen = await storePerson(api.db, 'admin');
  const freeze = "update users set frozen_at = now(), frozen_reason = 'left' where id = $1";
  await api.db.run(noRow, freeze, [frozen.id]);
  const nobody = await storePerson(api.db, null);
  for (const [{ email }, word] of [
    [frozen, 'frozen'],
    [nobody, 'no role'],
  ] as const) {
    const right = await signIn(email, PASSWORD);
    expect([right.status, right.at('error.code')]).toEqual([403, 'forbidden']);
    expect(right.at('error.message')).toContain(word);
    expect(cookieOf(right.headers)).toBe('');
    expect((await signIn(email, 'not the password at all')).at('error.code')).toBe('unauthorized');
  }
});

test('a cookie that was there before is not taken over, and its session ends', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  const first = cookieOf((await signIn(email, PASSWORD)).headers);
  const second = cookieOf((await signIn(email, PASSWORD, { cookie: first })).headers);
  expect(second).not.toBe(first);
  expect((await session(headersOf(first))).status).toBe(401);
  expect((await session(headersOf(second))).status).toBe(200);
  const planted = `__Host-bursar_session=${'A'.repeat(43)}.${'B'.repeat(43)}`;
  const fresh = cookieOf((await signIn(email, PASSWORD, { cookie: planted })).headers);
  expect(fresh).not.toContain('A'.repeat(43));
});

test('after five wrong passwords an account is shut, also for the right one', async () => {
  const { id, email } = await storePerson(api.db, 'viewer');
  looked.length = 0;
  const codes: unknown[] = [];
  for (let tries = 0; tries < 8; tries += 1)
    codes.push((await signIn(email, `guess number ${tries}`)).at('error.code'));
  expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(5);
  const right = await signIn(email, PASSWORD);
  expect([right.status, right.at('error.code')]).toEqual([429, 'rate_limited']);
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(looked).toHaveLength(5);
  expect(await audited('sign_in.failed', id)).toBe(5);
  const locked =
    "select count(*) as n from audit_logs where action = 'sign_in.locked' and details ->> 'email' = $1";
  expect(await count(api.db, locked, [email])).toBe(1);
});

test('a hash of another cost gives way to one of today at the next sign-in', async () => {
  const { id, email } = await storePerson(api.db, 'viewer');
  const old = await makePasswordHasher({ logN: 3, r: 1, p: 1 }).hash(PASSWORD);
  await api.db.run(noRow, 'update user_identities set password = $2 where user_id = $1', [id, old]);
  expect((await signIn(email, PASSWORD)).status).toBe(200);
  const now =
    "select count(*) as n from user_identities where user_id = $1 and password like '$scrypt$ln=4,%'";
  expect(await count(api.db, now, [id])).toBe(1);
  expect((await signIn(email, PASSWORD)).status).toBe(200);
});

test('10,000 guesses at one account, 64 at once: five are looked at', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  looked.length = 0;
  let left = 10_000;
  const guess = async () => {
    while (left > 0) {
      left -= 1;
      await signIn(email, `guess number ${left}`);
    }
  };
  await Promise.all(Array.from({ length: 64 }, guess));
  expect(looked.length).toBeLessThanOrEqual(5);
}, 300_000);

test('no password and no token of a session stands in the audit log', async () => {
  const words =
    "select count(*) as n from audit_logs where details::text ~ 'guess number|bronze kettle'";
  expect(await count(api.db, words)).toBe(0);
  const tokens = `select count(*) as n from audit_logs a join user_sessions s
    on position(s.token in a.details::text) > 0`;
  expect(await count(api.db, tokens)).toBe(0);
});
