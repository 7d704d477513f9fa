import { expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import {
  codeOf,
  cookieOf,
  headersOf,
  PASSWORD,
  storePerson,
  type Person,
} from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const PENDING = '__Host-bursar_pending';

type Sent = Record<string, string>;
const post = (path: string, headers: Sent, json: unknown = {}) =>
  api.call('POST', `/api/auth/${path}`, { as: null, headers, json });
const works = async (headers: Sent) =>
  (await api.call('GET', '/api/auth/session', { as: null, headers })).status === 200;

/** Somebody with a second factor: their secret, recovery codes and a session. */
async function withSecondFactor() {
  const { id, email } = await storePerson(api.db, 'admin');
  const signedIn = await post('sign-in', {}, { email, password: PASSWORD });
  const before = headersOf(cookieOf(signedIn.headers));
  const secret = String((await post('second-factor', before)).at('secret'));
  const confirmed = await post('second-factor/confirm', before, { code: await codeOf(secret, -1) });
  const headers = headersOf(cookieOf(confirmed.headers));
  return { id, email, secret, before, headers, codes: confirmed.list('recoveryCodes').map(String) };
}

/** The password is right; what comes next needs its cookie. */
async function pendingOf(email: string): Promise<Sent> {
  const answer = await post('sign-in', {}, { email, password: PASSWORD });
  expect([answer.status, answer.at('error.code')]).toEqual([401, 'second_factor_required']);
  expect(cookieOf(answer.headers)).toBe('');
  return { cookie: cookieOf(answer.headers, PENDING) };
}

test('with a second factor the password alone gives no session, and its cookie is worth no session', async () => {
  const { email, secret, before, headers } = await withSecondFactor();
  expect(await works(headers)).toBe(true);
  expect(await works(before)).toBe(false);
  const pending = await pendingOf(email);
  expect(await works(pending)).toBe(false);
  const done = await post('sign-in/second-factor', pending, { code: await codeOf(secret) });
  expect(done.status).toBe(200);
  expect(await works(headersOf(cookieOf(done.headers)))).toBe(true);
  // What was finished is not finished again.
  const again = await post('sign-in/second-factor', pending, { code: await codeOf(secret, 1) });
  expect(again.at('error.code')).toBe('unauthorized');
});

test('a code is taken once, of two that come together too', async () => {
  const { email, secret } = await withSecondFactor();
  const code = await codeOf(secret);
  const [one, other] = [await pendingOf(email), await pendingOf(email)];
  const answers = await Promise.all(
    [one, other].map((pending) => post('sign-in/second-factor', pending, { code })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  const later = await post('sign-in/second-factor', await pendingOf(email), { code });
  expect(later.at('error.code')).toBe('unauthorized');
});

test('a recovery code signs in once, and new ones make the old ones worthless', async () => {
  const { id, email, headers, codes } = await withSecondFactor();
  expect(codes).toHaveLength(10);
  const [first = '', second = ''] = codes;
  const enter = async (recoveryCode: string) =>
    (await post('sign-in/second-factor', await pendingOf(email), { recoveryCode })).status;
  expect(await enter(first.toUpperCase())).toBe(200);
  expect(await enter(first)).toBe(401);
  const renewed = await post('recovery-codes', headers);
  expect(await enter(second)).toBe(401);
  expect(await enter(String(renewed.list('recoveryCodes')[0]))).toBe(200);
  const used =
    "select count(*) as n from audit_logs where action = 'recovery_code.used' and details ->> 'userId' = $1";
  expect(await count(api.db, used, [id])).toBe(2);
});

test('codes are guessed at no more than five times, however often the password is sent again', async () => {
  const { id, email, secret } = await withSecondFactor();
  const statuses: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    const pending = await pendingOf(email);
    const code = (await codeOf(secret, 3)) === '000000' ? '111111' : '000000';
    statuses.push((await post('sign-in/second-factor', pending, { code })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const failed =
    "select count(*) as n from audit_logs where action = 'sign_in.failed' and details ->> 'userId' = $1";
  expect(await count(api.db, failed, [id])).toBe(5);
});

test('secret and recovery codes are kept encrypted', async () => {
  const { id, secret, codes } = await withSecondFactor();
  const kept = `select count(*) as n from user_second_factors where user_id = $1
    and (position($2 in secret || backup_codes) > 0 or position($3 in backup_codes) > 0)`;
  expect(await count(api.db, kept, [id, secret, codes[0]])).toBe(0);
});

async function stale(person: Person): Promise<void> {
  const past =
    "update user_sessions set authenticated_at = now() - interval '6 minutes' where id = $1";
  await api.db.run(noRow, past, [person.sessionId]);
}

test('what is sensitive asks for a fresh proof; a step-up gives it under another cookie', async () => {
  const person = await api.person('super_admin');
  await stale(person);
  const list = (headers: Sent) => api.call('GET', '/api/admin/api-keys', { as: null, headers });
  const make = (headers: Sent) => post('second-factor', headers);
  expect((await make(person.headers)).at('error.code')).toBe('step_up_required');
  const wrong = await post('step-up', person.headers, { password: 'not the password at all' });
  expect(wrong.at('error.code')).toBe('unauthorized');
  const proved = await post('step-up', person.headers, { password: PASSWORD });
  const headers = headersOf(cookieOf(proved.headers));
  expect((await make(headers)).status).toBe(201);
  expect((await list(headers)).status).toBe(200);
  expect(await works(person.headers)).toBe(false);
});

test('with a second factor a step-up takes the code, never the password', async () => {
  const { secret, headers } = await withSecondFactor();
  const byPassword = await post('step-up', headers, { password: PASSWORD });
  expect(byPassword.at('error.code')).toBe('second_factor_required');
  expect((await post('step-up', headers, { code: await codeOf(secret) })).status).toBe(200);
});

test('without the second factor taken away nobody sets up another one over it', async () => {
  const { headers, email } = await withSecondFactor();
  expect((await post('second-factor', headers)).at('error.code')).toBe('invalid_state');
  const gone = await api.call('DELETE', '/api/auth/second-factor', { as: null, headers });
  expect(gone.status).toBe(200);
  expect((await post('sign-in', {}, { email, password: PASSWORD })).status).toBe(200);
});
