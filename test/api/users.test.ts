import { expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import { ROLES, roleLevel } from '../../domain/permissions.ts';
import { PASSWORD, storePerson } from '../support/people.ts';
import { count, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();
const USERS = '/api/admin/users';
const CHOSEN = 'seven green umbrellas at noon';
const emailFor = (name: string) => `${name}.${Date.now()}@example.com`;

const make = (json: object, options: CallOptions = {}) =>
  api.call('POST', USERS, { json, ...options });
const change = (id: string, json: object, options: CallOptions = {}) =>
  api.call('PATCH', `${USERS}/${id}`, { json, ...options });
const accept = (token: unknown, password = CHOSEN) =>
  api.call('POST', '/api/auth/accept-invite', { as: null, json: { token, password } });
const signIn = (email: string, password: string) =>
  api.call('POST', '/api/auth/sign-in', { as: null, json: { email, password } });

test('a person is made, invited, sets a password once, and signs in', async () => {
  const email = emailFor('Ann');
  const made = await make({ email, name: 'Ann', role: 'processor' });
  expect(made.status).toBe(201);
  expect(made.at('user')).toMatchObject({
    email: email.toLowerCase(),
    role: 'processor',
    hasPassword: false,
  });
  const token = made.at('invite.token');
  expect((await accept(token, 'short')).at('error.code')).toBe('validation_error');
  expect((await accept(token, email)).at('error.code')).toBe('validation_error');
  expect((await accept(token)).status).toBe(200);
  expect((await accept(token)).at('error.code')).toBe('unauthorized');
  expect((await signIn(email, CHOSEN)).status).toBe(200);
  const kept =
    'select count(*) as n from user_verifications where identifier = $1 or value like $2';
  expect(await count(api.db, kept, [String(token), `%${String(token)}%`])).toBe(0);
  expect((await make({ email, name: 'Ann again' })).at('error.code')).toBe('account_exists');
});

test('an invitation is worth nothing after a newer one, after a day, and to somebody frozen', async () => {
  const made = await make({ email: emailFor('bob'), name: 'Bob', role: 'viewer' });
  const id = String(made.at('user.id'));
  const invite = async () =>
    (await api.call('POST', `${USERS}/${id}/invite`, { json: {} })).at('invite.token');
  const second = await invite();
  expect((await accept(made.at('invite.token'))).status).toBe(401);
  await api.db.run(
    noRow,
    "update user_verifications set expires_at = now() where value = 'invite ' || $1",
    [id],
  );
  expect((await accept(second)).status).toBe(401);
  const third = await invite();
  await change(id, { frozen: true, reason: 'left' });
  expect((await accept(third)).status).toBe(401);
  expect((await api.call('POST', `${USERS}/${id}/invite`, { json: {} })).at('error.code')).toBe(
    'invalid_state',
  );
});

test('36 cells: a person is made with a role below the own alone', async () => {
  const surprises: string[] = [];
  for (const own of ROLES) {
    for (const role of ROLES) {
      const answer = await make(
        { email: emailFor(`${own}.${role}`), name: 'X', role },
        { as: own },
      );
      const allowed = roleLevel(own) >= roleLevel('admin') && roleLevel(role) < roleLevel(own);
      if ((answer.status === 201) !== allowed)
        surprises.push(`${own} makes ${role}: ${answer.status}`);
    }
  }
  expect(surprises).toEqual([]);
});

test('nobody changes, freezes or invites somebody of their own level or above', async () => {
  for (const [own, role] of [
    ['admin', 'admin'],
    ['admin', 'super_admin'],
    ['super_admin', 'super_admin'],
  ] as const) {
    const { id } = await storePerson(api.db, role);
    for (const answer of [
      await change(id, { frozen: true, reason: 'x' }, { as: own }),
      await change(id, { removeSecondFactor: true }, { as: own }),
      await api.call('POST', `${USERS}/${id}/invite`, { as: own, json: {} }),
    ])
      expect([own, role, answer.at('error.code')]).toEqual([own, role, 'role_too_high']);
  }
});

test('a freeze needs a reason, ends the sessions, and is written down; lifted, they sign in again', async () => {
  const person = await api.person('operator');
  const look = () => api.call('GET', '/api/auth/session', { as: null, headers: person.headers });
  expect((await change(person.id, { frozen: true })).status).toBe(422);
  const frozen = await change(person.id, { frozen: true, reason: 'on leave' });
  expect(frozen.at('user')).toMatchObject({ frozenReason: 'on leave', lastSeenAt: null });
  expect((await look()).status).toBe(401);
  expect((await signIn(person.email, PASSWORD)).status).toBe(403);
  await change(person.id, { frozen: true, reason: 'another reason' });
  await change(person.id, { frozen: false });
  expect((await look()).status).toBe(401);
  expect((await signIn(person.email, PASSWORD)).status).toBe(200);
  const written = `select count(*) as n from audit_logs where action in ('user.frozen', 'user.unfrozen')
    and details ->> 'userId' = $1 and details ? 'before' and details ? 'after'`;
  expect(await count(api.db, written, [person.id])).toBe(2);
});

test('people who manage people prove again who they are', async () => {
  const admin = await api.person('admin');
  const past =
    "update user_sessions set authenticated_at = now() - interval '6 minutes' where id = $1";
  await api.db.run(noRow, past, [admin.sessionId]);
  const by = { as: null, headers: admin.headers };
  expect((await make({ email: emailFor('x'), name: 'X' }, by)).at('error.code')).toBe(
    'step_up_required',
  );
  expect((await api.call('GET', USERS, by)).status).toBe(200);
});

test('a changed password ends the other sessions, and the old one signs nobody in', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  const sent = async () => {
    const [set = ''] = (await signIn(email, PASSWORD)).headers.getSetCookie();
    return { cookie: set.split(';')[0] ?? '', 'x-bursar-csrf': '1' };
  };
  const [one, other] = [await sent(), await sent()];
  const put = (headers: Record<string, string>, currentPassword: string) =>
    api.call('POST', '/api/auth/password', {
      as: null,
      headers,
      json: { currentPassword, newPassword: CHOSEN },
    });
  expect((await put(one, 'not the password at all')).at('error.code')).toBe('unauthorized');
  expect((await put(one, PASSWORD)).status).toBe(200);
  const status = async (headers: Record<string, string>) =>
    (await api.call('GET', '/api/auth/session', { as: null, headers })).status;
  expect([await status(one), await status(other)]).toEqual([401, 401]);
  expect((await signIn(email, PASSWORD)).status).toBe(401);
  expect((await signIn(email, CHOSEN)).status).toBe(200);
});
