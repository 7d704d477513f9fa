import { expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import { PERMISSIONS, roleHolds, ROLES } from '../../domain/permissions.ts';
import { makeKey, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const PATH = '/api/admin/auth/check-permissions';

test('the 84 cells, for keys and for people, by GET and by POST, with a reason for each no', async () => {
  for (const role of ROLES) {
    const expected = Object.fromEntries(PERMISSIONS.map((name) => [name, roleHolds(role, name)]));
    const refused = PERMISSIONS.filter((name) => !roleHolds(role, name));
    const person = await api.person(role);
    const json = { permissions: PERMISSIONS };
    for (const answer of [
      await api.call('GET', PATH, { as: role }),
      await api.call('POST', PATH, { as: role, json }),
      await api.call('GET', PATH, { as: null, headers: person.headers }),
      await api.call('POST', PATH, { as: null, headers: person.headers, json }),
    ]) {
      expect([answer.status, answer.at('role'), answer.at('allowed')]).toEqual([
        200,
        role,
        expected,
      ]);
      expect(Object.keys(Object(answer.at('reasons'))).toSorted()).toEqual(refused.toSorted());
    }
  }
});

test('from the high-value amount on, approving and executing need high_value; the policy says which', async () => {
  const ask = async (amount: number) => {
    const json = { permissions: ['approve', 'process', 'create'], amount };
    return api.call('POST', PATH, { as: 'manager', json });
  };
  expect((await ask(99_999)).at('allowed')).toEqual({ approve: true, process: true, create: true });
  const high = await ask(100_000);
  expect(high.at('allowed')).toEqual({ approve: false, process: false, create: true });
  expect(high.at('reasons.approve')).toMatch(/100000 minor units of USD.*high_value/);
  const admin = await api.call('GET', `${PATH}?permissions=approve&amount=99999999`, {
    as: 'admin',
  });
  expect(admin.at('allowed')).toEqual({ approve: true });
  await api.db.run(noRow, 'update security_policy set high_value_minor = 500');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await ask(500)).at('allowed.approve')).toBe(false);
  expect((await ask(499)).at('allowed.approve')).toBe(true);
});

test('an allow-list that leaves the address out is a reason too', async () => {
  const list =
    "insert into allow_lists (id, scope, subject, cidrs, created_by, updated_by) values ('ipl_x', 'operation', 'process', '{203.0.113.0/24}', 'system', 'system')";
  await api.db.run(noRow, list);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const answer = await api.call('GET', `${PATH}?permissions=process,create`, { as: 'admin' });
  expect(answer.body).toEqual({
    allowed: { process: false, create: true },
    role: 'admin',
    reasons: { process: expect.stringContaining('allow-list of the operation') },
  });
});

test('what is no permission or amount is refused', async () => {
  const { secret } = await makeKey(api.db, 'viewer');
  const as = { as: null, headers: { authorization: `Bearer ${secret}` } };
  const bodies = [
    { permissions: [] },
    { permissions: ['root'] },
    { permissions: ['view'], amount: -1 },
    { permissions: ['view'], amount: 1.5 },
    { permissions: ['view'], role: 'admin' },
    {},
  ];
  for (const json of bodies)
    expect([json, (await api.call('POST', PATH, { ...as, json })).status]).toEqual([json, 422]);
  expect((await api.call('GET', `${PATH}?permissions=root`, as)).status).toBe(422);
});
