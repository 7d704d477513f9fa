import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeCookieSigner, SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { makeSessionRing } from '../../api/http/session-ring.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { beginSession } from '../../db/queries/user-sessions.ts';
import { noRow } from '../../db/rows.ts';
import { AUTH_SECRET, cookieOf, PASSWORD, storePerson } from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const PATH = '/api/disbursement/batches';
const REVOKE = '/api/admin/affiliate/payouts/role-management/revoke';

const look = (headers: Record<string, string>) => api.call('GET', PATH, { as: null, headers });

test('a signed-in person calls by the cookie with the rights of their role', async () => {
  const viewer = await api.person('viewer');
  expect((await look(viewer.headers)).status).toBe(200);
  const refused = await api.call('POST', PATH, { as: null, headers: viewer.headers, json: {} });
  expect([refused.status, refused.at('error.code')]).toEqual([403, 'forbidden']);
});

test('a session ends 15 minutes after its last use and 8 hours after it began', async () => {
  for (const change of [
    "updated_at = now() - interval '15 minutes'",
    "created_at = now() - interval '8 hours'",
    "expires_at = now() - interval '1 second'",
  ]) {
    const person = await api.person('admin');
    await api.db.run(noRow, `update user_sessions set ${change} where id = $1`, [person.sessionId]);
    expect([change, (await look(person.headers)).status]).toEqual([change, 401]);
  }
});

test('signing out ends the session, again is the same, and its cookie is worth nothing after', async () => {
  const person = await api.person('viewer');
  const out = () => api.call('POST', '/api/auth/sign-out', { as: null, headers: person.headers });
  expect((await out()).status).toBe(200);
  expect((await out()).status).toBe(200);
  expect((await api.call('POST', '/api/auth/sign-out', { as: null })).status).toBe(200);
  expect((await look(person.headers)).status).toBe(401);
});

test('a freeze, a lost role and an ended session work within a second, also from another process', async () => {
  for (const change of [
    "update users set frozen_at = now(), frozen_reason = 'left' where id = $1",
    'delete from user_sessions where user_id = $1',
  ]) {
    const person = await api.person('operator');
    expect((await look(person.headers)).status).toBe(200);
    await api.db.run(noRow, change, [person.id]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect([change, (await look(person.headers)).status]).toEqual([change, 401]);
  }
});

test('a role taken over the API ends what its person may do within a second, in another process too', async () => {
  const { id, headers } = await api.person('operator');
  const elsewhere = makeSessionRing(api.db);
  const signer = makeCookieSigner(AUTH_SECRET);
  const token = signer.read(SESSION_COOKIE, String(headers['cookie']).split('=')[1]) ?? '';
  expect((await look(headers)).status).toBe(200);
  expect(await elsewhere.holderOf(token)).not.toBe(null);
  const taken = await api.call('POST', REVOKE, { json: { userId: id } });
  expect(taken.status).toBe(200);
  expect((await look(headers)).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await elsewhere.holderOf(token)).toBe(null);
});

test('no session begins for somebody who was frozen after the proof', async () => {
  const begin = async (change: string) => {
    const { id: userId } = await storePerson(api.db, 'operator');
    await api.db.run(noRow, `update users set ${change} where id = $1`, [userId]);
    const token = randomBytes(32).toString('base64url');
    const id = newId('session');
    const session = {
      id,
      token,
      userId,
      method: 'password',
      lifeMs: 60_000,
      replaces: null,
      provedAt: null,
    } as const;
    return beginSession(api.db, session, SYSTEM);
  };
  expect(await begin("name = 'Ann'")).toBe(true);
  expect(await begin("frozen_at = now(), frozen_reason = 'left'")).toBe(false);
});

test('a cookie with another signature, or that of another cookie, is none', async () => {
  const { headers } = await api.person('admin');
  const value = String(headers['cookie']).split('=')[1] ?? '';
  const [token = '', signature = ''] = value.split('.');
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  for (const cookie of [
    `__Host-bursar_session=${token}.${flipped}`,
    `__Host-bursar_session=${token}`,
    `__Host-bursar_session=${token}.`,
    `bursar_session=${value}`,
    `__Host-bursar_session=${makeCookieSigner(AUTH_SECRET).sign('__Host-bursar_pending', token)}`,
    `__Host-bursar_session=${makeCookieSigner(randomBytes(32)).sign('__Host-bursar_session', token)}`,
  ]) {
    expect([cookie, (await look({ cookie })).status]).toEqual([cookie, 401]);
  }
});

test('people see and end their own sessions; those of others are not found', async () => {
  const [one, other] = [await api.person('viewer'), await api.person('super_admin')];
  const list = await api.call('GET', '/api/auth/sessions', { as: null, headers: one.headers });
  expect(list.list('sessions')).toEqual([
    expect.objectContaining({ id: one.sessionId, current: true }),
  ]);
  const end = (id: string) =>
    api.call('DELETE', `/api/auth/sessions/${id}`, { as: null, headers: other.headers });
  expect((await end(one.sessionId)).status).toBe(404);
  expect((await look(one.headers)).status).toBe(200);
  const stale = 'update user_sessions set authenticated_at = $2 where id = $1';
  const prove = (at: Date) => api.db.run(noRow, stale, [other.sessionId, at.toISOString()]);
  await prove(new Date(Date.now() - 6 * 60_000));
  await sleep(1_000);
  expect((await end(other.sessionId)).at('error.code')).toBe('step_up_required');
  await prove(new Date());
  await sleep(1_000);
  expect((await end(other.sessionId)).status).toBe(200);
  expect((await look(other.headers)).status).toBe(401);
});

test('a key is told that only a person may do it, never that it lacks a permission', async () => {
  for (const [method, path, json] of [
    ['GET', '/api/auth/sessions', undefined],
    ['POST', '/api/auth/second-factor', {}],
    ['POST', '/api/auth/recovery-codes', {}],
    ['DELETE', '/api/auth/second-factor', undefined],
    ['POST', '/api/auth/step-up', { password: 'x' }],
    ['POST', '/api/auth/password', { currentPassword: 'x', newPassword: 'y' }],
  ] as const) {
    const answer = await api.call(method, path, json === undefined ? {} : { json });
    expect([path, answer.status, answer.at('error.code')]).toEqual([path, 409, 'invalid_state']);
  }
  const who = await api.call('GET', '/api/auth/session', { as: 'operator' });
  expect(who.at('session')).toMatchObject({ kind: 'key', role: 'operator', expiresAt: null });
});

test('no token that a cookie carries stands in the table of sessions', async () => {
  const { id, email } = await storePerson(api.db, 'viewer');
  const json = { email, password: PASSWORD };
  const answer = await api.call('POST', '/api/auth/sign-in', { as: null, json });
  const [token = '', signature = ''] = cookieOf(answer.headers).split('=')[1]?.split('.') ?? [];
  expect(token).toMatch(/^.{43}$/);
  const kept = `select count(*) as n from user_sessions s where user_id = $1
    and position($2 in s::text) = 0 and position($3 in s::text) = 0`;
  expect(await count(api.db, kept, [id, token, signature])).toBe(1);
});
