import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { noRow } from '../../db/rows.ts';
import { PERMISSIONS, roleHolds, roleLevel, ROLES, type Role } from '../../domain/permissions.ts';
import type { Person } from '../support/people.ts';
import { count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const BASE = '/api/admin/affiliate/payouts/role-management';

/** Calls as that person. */
const by = (person: Person, method: string, path: string, json?: unknown): Promise<Answer> =>
  api.call(method, BASE + path, {
    as: null,
    headers: person.headers,
    ...(json !== undefined && { json }),
  });
const assign = (person: Person, userId: string, role: Role) =>
  by(person, 'POST', '/assign', { userId, role, reason: 'a test' });
const revoke = (person: Person, userId: string) => by(person, 'POST', '/revoke', { userId });
const seen = (answer: Answer) => [answer.status, answer.at('error.code')];

const roleOf = async (id: string): Promise<unknown> => {
  const listed = await api.call('GET', `${BASE}/users?limit=1000`);
  return Reflect.get(
    Object(listed.list('users').find((user) => Reflect.get(Object(user), 'id') === id)),
    'role',
  );
};

/** What the requirements say of a grant, in words of its own. */
function expectedGrant(own: Role, from: Role, to: Role): [number, string | undefined] {
  if (!roleHolds(own, 'manage_roles')) return [403, 'forbidden'];
  if (roleLevel(to) >= roleLevel(own)) return [403, 'role_too_high'];
  if (roleLevel(from) >= roleLevel(own) && own !== 'super_admin') return [403, 'role_too_high'];
  return [200, undefined];
}

test('6 × 6 × 6: each role grants each role to a holder of each role, exactly below its own level', async () => {
  const surprises: string[] = [];
  for (const own of ROLES) {
    const granter = await api.person(own);
    for (const from of ROLES) {
      for (const to of ROLES) {
        const { id } = await api.person(from);
        const answer = await assign(granter, id, to);
        const [status, code] = expectedGrant(own, from, to);
        const stands = (await count(
          api.db,
          'select count(*) as n from users where id = $1 and role = $2',
          [id, status === 200 ? to : from],
        )) as 0 | 1;
        if (answer.status !== status || answer.at('error.code') !== code || stands !== 1)
          surprises.push(`${own} gives ${to} to ${from}: ${answer.status} ${answer.text}`);
      }
    }
  }
  expect(surprises).toEqual([]);
}, 120_000);

test('6 × 6: each role takes the role of each, below its own level, and super_admin from another', async () => {
  const surprises: string[] = [];
  for (const own of ROLES) {
    const revoker = await api.person(own);
    for (const from of ROLES) {
      const { id } = await api.person(from);
      const answer = await revoke(revoker, id);
      const below = roleLevel(from) < roleLevel(own) || own === 'super_admin';
      const code = roleHolds(own, 'manage_roles') ? 'role_too_high' : 'forbidden';
      const expected = below && roleHolds(own, 'manage_roles') ? [200, undefined] : [403, code];
      const role = await roleOf(id);
      if (String(seen(answer)) !== String(expected) || role !== (expected[0] === 200 ? null : from))
        surprises.push(
          `${own} takes ${from}: ${answer.status} ${answer.text}, left ${String(role)}`,
        );
    }
  }
  expect(surprises).toEqual([]);
}, 60_000);

test('nobody grants or revokes their own role, nor with a key of their own', async () => {
  for (const role of ['admin', 'super_admin'] as const) {
    const person = await api.person(role);
    for (const wanted of ROLES)
      expect(seen(await assign(person, person.id, wanted))).toEqual([403, 'own_role']);
    expect(seen(await revoke(person, person.id))).toEqual([403, 'own_role']);
  }
  const owner = await api.person('super_admin');
  const made = await api.call('POST', '/api/admin/api-keys', {
    as: null,
    headers: owner.headers,
    json: { name: 'own', role: 'super_admin' },
  });
  const headers = { authorization: `Bearer ${String(made.at('apiKey.key'))}` };
  const answer = await api.call('POST', `${BASE}/revoke`, {
    as: null,
    headers,
    json: { userId: owner.id },
  });
  expect(seen(answer)).toEqual([403, 'own_role']);
});

test('a refused grant stands in the audit log with its reason', async () => {
  const admin = await api.person('admin');
  const { id } = await api.person('viewer');
  await assign(admin, id, 'super_admin');
  const rows = `select count(*) as n from audit_logs where action = 'permission.denied' and actor = $1
    and details->>'reason' = 'role_too_high' and details->>'userId' = $2 and details->>'wanted' = 'super_admin'`;
  expect(await count(api.db, rows, [admin.actor, id])).toBe(1);
});

test('a grant is written with who, before, after and why, once, and repeats as the same', async () => {
  const admin = await api.person('admin');
  const { id } = await api.person('viewer');
  for (const _ of [1, 2, 3]) expect((await assign(admin, id, 'operator')).status).toBe(200);
  const history = await by(admin, 'GET', `/users/${id}/history`);
  expect(history.list('changes')).toEqual([
    expect.objectContaining({
      from: 'viewer',
      to: 'operator',
      actor: admin.actor,
      reason: 'a test',
    }),
    expect.objectContaining({ from: null, to: 'viewer', actor: 'system' }),
  ]);
  const audit = `select count(*) as n from audit_logs where action = 'role.granted' and actor = $1
    and details->>'userId' = $2 and details->'before'->>'role' = 'viewer' and details->'after'->>'role' = 'operator'`;
  expect(await count(api.db, audit, [admin.actor, id])).toBe(1);
});

test('a lost role stops working within a second, in another process too; a new one begins', async () => {
  const admin = await api.person('admin');
  const person = await api.person('operator');
  const call = () =>
    api.call('GET', '/api/disbursement/batches', { as: null, headers: person.headers });
  expect((await call()).status).toBe(200);
  await revoke(admin, person.id);
  expect((await call()).status).toBe(401);
  await assign(admin, person.id, 'viewer');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await call()).status).toBe(200);
  // As another process would do it, whose caches are not these.
  const { changeRole } = await import('../../db/queries/roles.ts');
  const actor = { id: admin.actor, ipAddress: null, userAgent: null };
  const change = { id: newId('roleChange'), userId: person.id, reason: null, actor };
  expect(
    await changeRole(api.db, { ...change, from: 'viewer', to: null, actorRole: 'admin' }),
  ).toBe('changed');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await call()).status).toBe(401);
});

test('whoever lost the role in this very second grants nothing any more', async () => {
  const admin = await api.person('admin');
  const { id } = await api.person('viewer');
  expect((await by(admin, 'GET', '/users')).status).toBe(200);
  const change = { id: newId('roleChange'), userId: admin.id, reason: null };
  const { changeRole } = await import('../../db/queries/roles.ts');
  const system = { id: 'system', ipAddress: null, userAgent: null };
  await changeRole(api.db, {
    ...change,
    from: 'admin',
    to: 'viewer',
    actorRole: 'super_admin',
    actor: system,
  });
  expect((await assign(admin, id, 'manager')).status).toBe(403);
  expect(await roleOf(id)).toBe('viewer');
});

/** Leaves none but these with the highest role. */
async function onlySuperAdmins(kept: readonly Person[]): Promise<void> {
  const ids = kept.map(({ id }) => id);
  const listed = await api.call('GET', `${BASE}/users?role=super_admin&limit=1000`);
  const others = listed
    .list('users')
    .map((each) => String(Reflect.get(Object(each), 'id')))
    .filter((id) => !ids.includes(id));
  for (const userId of others) await api.call('POST', `${BASE}/revoke`, { json: { userId } });
  expect(await count(api.db, SUPER_ADMINS)).toBe(kept.length);
}

const SUPER_ADMINS =
  "select count(*) as n from users where role = 'super_admin' and frozen_at is null";

test('20 super_admins revoked at once, and all by each other: one stays', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => api.person('super_admin')));
  await onlySuperAdmins(people);
  const answers = await Promise.all(
    people.map((person) => api.call('POST', `${BASE}/revoke`, { json: { userId: person.id } })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(answers.filter(({ status }) => status === 409).map(seen)).toEqual([
    [409, 'last_super_admin'],
  ]);
  expect(await count(api.db, SUPER_ADMINS)).toBe(1);

  const ring = await Promise.all(Array.from({ length: 20 }, () => api.person('super_admin')));
  await onlySuperAdmins(ring);
  const mutual = await Promise.all(
    ring.map((person, at) => revoke(person, ring[(at + 1) % ring.length]?.id ?? '')),
  );
  expect(mutual.every(({ status }) => [200, 401, 403, 409].includes(status))).toBe(true);
  expect(await count(api.db, SUPER_ADMINS)).toBeGreaterThanOrEqual(1);
}, 60_000);

test('the last super_admin is neither revoked nor made less, and the database says so too', async () => {
  const last = await api.person('super_admin');
  await onlySuperAdmins([last]);
  const lost = await api.call('POST', `${BASE}/revoke`, { json: { userId: last.id } });
  expect(seen(lost)).toEqual([409, 'last_super_admin']);
  const less = await api.call('POST', `${BASE}/assign`, {
    json: { userId: last.id, role: 'admin' },
  });
  expect(seen(less)).toEqual([409, 'last_super_admin']);
  const tries = [
    'update users set role = null where id = $1',
    "update users set role = 'admin' where id = $1",
    "update users set frozen_at = now(), frozen_reason = 'x' where id = $1",
    'delete from users where id = $1',
  ];
  for (const text of tries)
    await expect(api.db.run(noRow, text, [last.id])).rejects.toThrow(/last super_admin stays/);
  await expect(
    api.db.run(noRow, "update users set role = null where role = 'super_admin'"),
  ).rejects.toThrow(/last super_admin stays/);
  await expect(api.db.run(noRow, 'truncate users cascade')).rejects.toThrow(/append-only/);
});

test('no role changes without its line of history, and no line is changed, removed or one’s own', async () => {
  const { id } = await api.person('viewer');
  await expect(
    api.db.run(noRow, "update users set role = 'admin' where id = $1", [id]),
  ).rejects.toThrow(/role_changes/);
  expect(await roleOf(id)).toBe('viewer');
  await expect(
    api.db.run(noRow, "update role_changes set reason = 'x' where user_id = $1", [id]),
  ).rejects.toThrow(/append-only/);
  await expect(
    api.db.run(noRow, 'delete from role_changes where user_id = $1', [id]),
  ).rejects.toThrow(/append-only/);
  await expect(api.db.run(noRow, 'truncate role_changes')).rejects.toThrow(/append-only/);
  await expect(
    api.db.run(
      noRow,
      "insert into role_changes (id, user_id, to_role, actor) values ($1, $2, 'admin', 'user:' || $2)",
      [newId('roleChange'), id],
    ),
  ).rejects.toThrow(/role_changes_not_own/);
});

test('people are listed with role, second factor and last sign-in, by role and by name, in pages', async () => {
  const admin = await api.person('admin');
  const person = await api.person('processor');
  const actor = { id: person.actor, ipAddress: '203.0.113.9', userAgent: 'a browser' };
  const details = { userId: person.id };
  await writeAudit(api.db, { action: 'sign_in.succeeded', status: 'SUCCESS', actor, details });
  const found = await by(admin, 'GET', `/users?q=${encodeURIComponent(person.email)}`);
  expect(found.list('users')).toEqual([
    {
      id: person.id,
      email: person.email,
      name: expect.any(String),
      role: 'processor',
      frozenAt: null,
      frozenReason: null,
      secondFactor: false,
      createdAt: expect.any(String),
      lastSignInAt: expect.any(String),
    },
  ]);
  const first = await by(admin, 'GET', '/users?role=processor&limit=1');
  expect(first.list('users')).toHaveLength(1);
  const cursor = String(first.at('nextCursor'));
  const second = await by(admin, 'GET', `/users?role=processor&limit=1&cursor=${cursor}`);
  expect(second.at('users.0.id')).not.toBe(first.at('users.0.id'));
});

test('the matrix that is answered is the one that is enforced, to whoever may sign in', async () => {
  const answer = await by(await api.person('viewer'), 'GET', '/roles');
  const held = (role: Role) => PERMISSIONS.filter((permission) => roleHolds(role, permission));
  expect(answer.at('permissions')).toEqual(PERMISSIONS);
  expect(answer.list('roles')).toEqual(
    ROLES.map((role, level) => {
      const before = ROLES[level - 1];
      const added = held(role).filter((each) => !before || !roleHolds(before, each));
      return { role, permissions: held(role), added };
    }),
  );
});

test('sign-ins of a person: those that failed and were locked too, nobody else’s, newest first', async () => {
  const admin = await api.person('admin');
  const [person, other] = [await api.person('viewer'), await api.person('viewer')];
  const nobody = { id: 'anonymous', ipAddress: '198.51.100.7', userAgent: null };
  const note = (action: string, userId: string, actorId: string) =>
    writeAudit(api.db, {
      action,
      status: action === 'sign_in.failed' ? 'FAILURE' : 'SUCCESS',
      actor: { ...nobody, id: actorId },
      details: { userId },
    });
  await note('sign_in.failed', person.id, 'anonymous');
  await note('sign_in.succeeded', person.id, person.actor);
  await note('sign_in.succeeded', other.id, other.actor);
  await note('batch.created', person.id, person.actor);
  const answer = await by(admin, 'GET', `/users/${person.id}/sign-ins`);
  expect(answer.list('signIns')).toEqual([
    expect.objectContaining({ action: 'sign_in.succeeded', ipAddress: '198.51.100.7' }),
    expect.objectContaining({ action: 'sign_in.failed', status: 'FAILURE' }),
  ]);
  const none = await by(admin, 'GET', `/users/${newId('user')}/sign-ins`);
  expect(seen(none)).toEqual([404, 'not_found']);
});
