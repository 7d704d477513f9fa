import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readMetadata } from '../../api/auth/oidc-metadata.ts';
import { noRow } from '../../db/rows.ts';
import { startOidcServer, type OidcBehaviour } from '../support/oidc-server.ts';
import { cookieOf, headersOf, storePerson } from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const provider = await startOidcServer();
afterAll(() => provider.close());
const { issuer, clientId, clientSecret } = provider;
const auth = { oidc: { issuer, clientId, clientSecret, name: 'Test' } };
const api = useTestApi({ auth });
const narrow = useTestApi({
  auth,
  network: { limits: { oidcStarts: { points: 3, seconds: 900 } } },
});

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

/** Somebody whose session is of this provider, who sets out from it once more. */
async function visitAgain(sub: string, behaviour: Omit<OidcBehaviour, 'sub'>, strip = false) {
  const { email } = await person(sub);
  const { answer } = await visit({ sub, email });
  const session = cookieOf(answer.headers);
  const begun = await get('/api/auth/oidc/start', session);
  const url = new URL(begun.headers.get('location') ?? '');
  const asked = [url.searchParams.get('prompt'), url.searchParams.get('max_age')];
  if (strip) for (const name of ['prompt', 'max_age']) url.searchParams.delete(name);
  const back = provider.signIn(url.toString(), { sub, email, ...behaviour });
  return { asked, answer: await get(back, cookieOf(begun.headers, OIDC)) };
}

/** Seconds since the session of that cookie was proved, as it stands in the database. */
async function provenAgo(headers: Headers): Promise<number> {
  const who = await api.call('GET', '/api/auth/session', {
    as: null,
    headers: headersOf(cookieOf(headers)),
  });
  const row = z.object({ ago: z.coerce.number() });
  const [found] = await api.db.run(
    row,
    `select extract(epoch from now() - authenticated_at) as ago from user_sessions
     where user_id = $1 order by created_at desc limit 1`,
    [who.at('session.id')],
  );
  return found?.ago ?? Number.NaN;
}

test('who is signed in is asked anew, whatever the browser makes of the question', async () => {
  const fresh = await visitAgain('again-1', { provedSecondsAgo: 240 });
  expect([fresh.asked, fresh.answer.status]).toEqual([['login', '0'], 302]);
  expect(await provenAgo(fresh.answer.headers)).toBeGreaterThanOrEqual(240);
  for (const [index, provedSecondsAgo] of [null, 310, 86_400, -120].entries()) {
    const { answer } = await visitAgain(`again-${index + 2}`, { provedSecondsAgo }, true);
    expect([provedSecondsAgo, answer.status]).toEqual([provedSecondsAgo, 401]);
    expect(cookieOf(answer.headers)).toBe('');
  }
});

test('a sign-in is as fresh as the proof given there, and no older than a session', async () => {
  const { email, sub } = await person('age-1');
  for (const [provedSecondsAgo, atLeast] of [
    [0, 0],
    [3_600, 3_600],
    [null, 300],
  ] as const) {
    const { url, answer } = await visit({ sub, email, provedSecondsAgo });
    expect(new URL(url).searchParams.get('max_age')).toBe(String(8 * 3_600));
    const ago = await provenAgo(answer.headers);
    expect([provedSecondsAgo, ago >= atLeast && ago < atLeast + 60]).toEqual([
      provedSecondsAgo,
      true,
    ]);
  }
  expect((await visit({ sub, email, provedSecondsAgo: 9 * 3_600 })).answer.status).toBe(401);
});

test('a page of another site begins no sign-in elsewhere', async () => {
  const begin = (site: string) =>
    api.call('GET', '/api/auth/oidc/start', { as: null, headers: { 'sec-fetch-site': site } });
  for (const site of ['cross-site', 'same-site']) {
    const answer = await begin(site);
    expect([site, answer.at('error.code')]).toEqual([site, 'csrf_refused']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  for (const site of ['none', 'same-origin']) expect((await begin(site)).status).toBe(302);
});

test('one address begins only so many sign-ins elsewhere, and has back those it finishes', async () => {
  const rows = () => count(narrow.db, 'select count(*) as n from user_verifications');
  const from = '203.0.113.9';
  const begin = () => narrow.call('GET', '/api/auth/oidc/start', { as: null, from });
  const { email } = await storePerson(narrow.db, 'manager');
  for (let round = 0; round < 5; round += 1) {
    const begun = await begin();
    const back = provider.signIn(begun.headers.get('location') ?? '', { sub: 'narrow', email });
    const headers = { cookie: cookieOf(begun.headers, OIDC) };
    expect((await narrow.call('GET', back, { as: null, from, headers })).status).toBe(302);
  }
  const before = await rows();
  const statuses: number[] = [];
  for (let round = 0; round < 5; round += 1) statuses.push((await begin()).status);
  expect(statuses).toEqual([302, 302, 302, 429, 429]);
  expect(await rows()).toBe(before + 3);
});

test('an issuer behind TLS has no endpoint without it', () => {
  const secure = 'https://sign.example';
  const found = {
    issuer: secure,
    authorization_endpoint: `${secure}/authorize`,
    token_endpoint: `${secure}/token`,
    jwks_uri: `${secure}/keys`,
  };
  expect(readMetadata(secure, found)).toEqual(found);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
    const plain = { ...found, [name]: 'http://sign.example/x' };
    expect(() => readMetadata(secure, plain)).toThrow('without TLS');
  }
});
