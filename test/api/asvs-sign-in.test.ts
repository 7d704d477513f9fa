import { expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import { codeOf, cookieOf, headersOf, PASSWORD, storePerson } from '../support/people.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const CHOSEN = 'seven quiet herons by the weir';

type Sent = Record<string, string>;
const post = (path: string, headers: Sent, json: unknown = {}) =>
  api.call('POST', `/api/auth/${path}`, { as: null, headers, json });
const signIn = (email: string, password = PASSWORD) => post('sign-in', {}, { email, password });
const works = async (headers: Sent) =>
  (await api.call('GET', '/api/auth/session', { as: null, headers })).status === 200;

/** Somebody with a second factor: its secret, and what came with the answers until then. */
async function withSecondFactor() {
  const { id, email } = await storePerson(api.db, 'manager');
  const signedIn = await signIn(email);
  const before = headersOf(cookieOf(signedIn.headers));
  const secret = String((await post('second-factor', before)).at('secret'));
  await post('second-factor/confirm', before, { code: await codeOf(secret, -1) });
  const pending = await signIn(email);
  return { id, email, secret, answers: [signedIn, pending] };
}

test('each cookie is of this host alone, of TLS, and out of reach of scripts and bodies', async () => {
  const { answers, secret } = await withSecondFactor();
  const pending = cookieOf(answers[1]?.headers ?? new Headers(), '__Host-bursar_pending');
  const done = await post(
    'sign-in/second-factor',
    { cookie: pending },
    { code: await codeOf(secret) },
  );
  const set = [...answers, done].flatMap(({ headers }) => headers.getSetCookie());
  expect(new Set(set.map((cookie) => cookie.split('=')[0]))).toEqual(
    new Set(['__Host-bursar_session', '__Host-bursar_pending']),
  );
  for (const cookie of set) {
    const [pair = '', ...attributes] = cookie.split('; ');
    expect(attributes).toEqual(
      expect.arrayContaining(['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']),
    );
    expect(attributes.filter((each) => each.startsWith('Domain'))).toEqual([]);
    const token = pair.split('=')[1]?.split('.')[0] ?? '';
    if (token === '') continue;
    for (const { text } of [...answers, done]) expect(text).not.toContain(token);
  }
});

test('each sign-in draws a token of its own, of more than 250 bits', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  const tokens = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const cookie = cookieOf((await signIn(email)).headers);
    const [, token = ''] = /^[^=]+=([\w-]{43})\.[\w-]{43}$/.exec(cookie) ?? [];
    tokens.add(token);
  }
  expect([tokens.size, tokens.has('')]).toEqual([20, false]);
  const alphabet = new Set([...tokens].join(''));
  expect(alphabet.size).toBeGreaterThan(60);
});

test('a password that is years old still signs in', async () => {
  const { id, email } = await storePerson(api.db, 'viewer');
  for (const table of ['user_identities where user_id', 'users where id'])
    await api.db.run(
      noRow,
      `update ${table.replace(' where', ` set created_at = now() - interval '9 years', updated_at = now() - interval '9 years' where`)} = $1`,
      [id],
    );
  expect((await signIn(email)).status).toBe(200);
});

test('an invitation to a new password leaves the second factor, and is no sign-in', async () => {
  const { id, email } = await withSecondFactor();
  const invited = await api.call('POST', `/api/admin/users/${id}/invite`, { json: {} });
  const accepted = await post(
    'accept-invite',
    {},
    { token: invited.at('invite.token'), password: CHOSEN },
  );
  expect([accepted.status, accepted.headers.getSetCookie()]).toEqual([200, []]);
  const answer = await signIn(email, CHOSEN);
  expect([answer.status, answer.at('error.code')]).toEqual([401, 'second_factor_required']);
});

test('somebody of a higher role ends the sessions of a person, who may sign in again', async () => {
  const { id, email } = await storePerson(api.db, 'operator');
  const sessions = [await signIn(email), await signIn(email)].map(({ headers }) =>
    headersOf(cookieOf(headers)),
  );
  for (const headers of sessions) expect(await works(headers)).toBe(true);
  const admin = await api.person('admin');
  const ended = await api.call('PATCH', `/api/admin/users/${id}`, {
    as: null,
    headers: admin.headers,
    json: { endSessions: true },
  });
  expect(ended.status).toBe(200);
  for (const headers of sessions) expect(await works(headers)).toBe(false);
  expect((await signIn(email)).status).toBe(200);
});

test('signing out takes the cookie back, and browsers keep no answer', async () => {
  const person = await api.person('viewer');
  const looked = await api.call('GET', '/api/auth/session', { as: null, headers: person.headers });
  expect(looked.headers.get('cache-control')).toBe('no-store');
  const out = await post('sign-out', person.headers);
  expect(out.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-bursar_session=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  expect(out.headers.get('cache-control')).toBe('no-store');
});
