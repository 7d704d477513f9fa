import { afterAll, expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import { startOidcServer, type OidcBehaviour } from '../support/oidc-server.ts';
import { cookieOf, headersOf, storePerson } from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const provider = await startOidcServer();
afterAll(() => provider.close());
const { issuer, clientId, clientSecret } = provider;
const api = useTestApi({ auth: { oidc: { issuer, clientId, clientSecret, name: 'Test' } } });

const OIDC = '__Host-bursar_oidc';
const get = (path: string, cookie?: string) =>
  api.call('GET', path, { as: null, headers: cookie === undefined ? {} : { cookie } });

/** A browser that goes to the provider, signs in there and comes back. */
async function visit(behaviour: OidcBehaviour, returnTo = '/') {
  const begun = await get(`/api/auth/oidc/start?returnTo=${encodeURIComponent(returnTo)}`);
  expect(begun.status).toBe(302);
  const url = begun.headers.get('location') ?? '';
  const cookie = cookieOf(begun.headers, OIDC);
  const back = provider.signIn(url, behaviour);
  return { url, cookie, back, answer: await get(back, cookie) };
}

const person = async (sub: string) => {
  const { id, email } = await storePerson(api.db, 'manager');
  return { id, email, sub };
};

test('somebody who exists here signs in by a verified address, and afterwards by the identity', async () => {
  const { id, email, sub } = await person('subject-1');
  const { url, answer } = await visit({ sub, email: email.toUpperCase() }, '/batches');
  const asked = new URL(url).searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(asked.get(name)).toMatch(/^.{43,}$/);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/batches']);
  const who = await api.call('GET', '/api/auth/session', {
    as: null,
    headers: headersOf(cookieOf(answer.headers)),
  });
  expect(who.at('session.id')).toBe(id);
  const again = await visit({ sub, email: 'changed@elsewhere.example', emailVerified: false });
  expect(again.answer.status).toBe(302);
});

test('nobody is made by a sign-in elsewhere, and no unverified address is believed', async () => {
  const { email } = await person('subject-2');
  const before = await count(api.db, 'select count(*) as n from users');
  for (const behaviour of [
    { sub: 'stranger', email: 'stranger@example.com' },
    { sub: 'other', email, emailVerified: false },
    { sub: 'nameless' },
  ]) {
    const { answer } = await visit(behaviour);
    expect([answer.status, answer.at('error.code')]).toEqual([403, 'forbidden']);
    expect(cookieOf(answer.headers)).toBe('');
  }
  expect(await count(api.db, 'select count(*) as n from users')).toBe(before);
});

test('an address that has passed to another identity at the provider opens no account', async () => {
  const { email, sub } = await person('subject-3');
  expect((await visit({ sub, email })).answer.status).toBe(302);
  expect((await visit({ sub: 'the-new-colleague', email })).answer.status).toBe(403);
});

test('a frozen person does not sign in elsewhere either', async () => {
  const { id, email, sub } = await person('subject-4');
  const freeze = "update users set frozen_at = now(), frozen_reason = 'left' where id = $1";
  await api.db.run(noRow, freeze, [id]);
  const { answer } = await visit({ sub, email });
  expect([answer.status, answer.at('error.code')]).toEqual([403, 'forbidden']);
});

test('ID tokens of another nonce, audience, issuer or key, and stale ones, sign nobody in', async () => {
  const { email, sub } = await person('subject-5');
  for (const wrong of [
    { nonce: 'x'.repeat(43) },
    { audience: 'another-client' },
    { issuer: 'https://evil.example' },
    { foreignKey: true },
    { expired: true },
  ]) {
    const { answer } = await visit({ sub, email, ...wrong });
    expect([wrong, answer.status]).toEqual([wrong, 401]);
  }
});

test('a way back works once, in the browser that set out, with the state it was given', async () => {
  const { email, sub } = await person('subject-6');
  const once = await visit({ sub, email });
  expect((await get(once.back, once.cookie)).status).toBe(401);
  const begun = await get('/api/auth/oidc/start');
  const url = begun.headers.get('location') ?? '';
  // The attacker's own way back, opened in the browser of somebody else.
  expect((await get(provider.signIn(url, { sub, email }))).status).toBe(401);
  const other = await get('/api/auth/oidc/start');
  const mixed = provider.signIn(other.headers.get('location') ?? '', { sub, email });
  expect((await get(mixed, cookieOf(begun.headers, OIDC))).status).toBe(401);
  expect((await get('/api/auth/oidc/callback?error=access_denied&state=x')).status).toBe(401);
});

test('nobody is sent on to another site', async () => {
  for (const to of ['//evil.example', 'https://evil.example', String.raw`/\evil.example`, 'evil'])
    expect((await get(`/api/auth/oidc/start?returnTo=${encodeURIComponent(to)}`)).status).toBe(422);
});
