import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import { readNetworks } from '../../domain/network.ts';
import { count, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi({ network: { trustedProxies: readNetworks(['10.0.0.0/8']) ?? [] } });

const LISTS = '/api/admin/allow-lists';
const OFFICE = '192.0.2.7';
const HOME = '198.51.100.4';

beforeEach(async () => {
  await api.db.run(noRow, 'delete from allow_lists');
  await new Promise((resolve) => setTimeout(resolve, 950));
});

const set = (target: string, cidrs: readonly string[], options: CallOptions = {}) =>
  api.call('PUT', `${LISTS}/${target}`, { json: { cidrs }, from: OFFICE, ...options });

const affiliates = (options: CallOptions) => api.get('/affiliates/payable', options);
const codeOf = async (options: CallOptions) => (await affiliates(options)).at('error.code');

test('without lists everybody may call from anywhere, and without an address', async () => {
  for (const from of [OFFICE, HOME, '2001:db8::1', undefined]) {
    expect((await affiliates({ as: 'viewer', ...(from && { from }) })).status).toBe(200);
  }
});

test('a role is let in from its networks alone, at once in this process, and each refusal is written down', async () => {
  expect((await set('role/viewer', ['192.0.2.0/24', '2001:db8::/32'])).status).toBe(200);
  const found = await Promise.all(
    [OFFICE, `::ffff:${OFFICE}`, '2001:DB8::9', HOME, '2001:db9::1', '::ffff:198.51.100.4'].map(
      (from) => codeOf({ as: 'viewer', from }),
    ),
  );
  const no = 'address_not_allowed';
  expect(found).toEqual([undefined, undefined, undefined, no, no, no]);
  expect(await codeOf({ as: 'operator', from: HOME })).toBe(undefined);
  const [row] = await api.db.run(
    z.object({ actor: z.string(), ip_address: z.string(), details: z.unknown() }),
    `select actor, ip_address, details from audit_logs where action = 'address.denied'
     and ip_address = '2001:db9::1'`,
  );
  expect(row).toMatchObject({
    actor: `key:${api.keys.viewer.id}`,
    details: { scope: 'role', permission: 'view', role: 'viewer', method: 'GET' },
  });
});

test('who has no known address is refused where a list holds for them', async () => {
  await set('role/viewer', ['0.0.0.0/0', '::/0']);
  expect(await codeOf({ as: 'viewer' })).toBe('address_not_allowed');
  expect(await codeOf({ as: 'viewer', from: OFFICE })).toBe(undefined);
});

test('a forged header moves nobody into a network; a trusted proxy does', async () => {
  await set('role/viewer', [OFFICE]);
  const headers = {
    'x-forwarded-for': OFFICE,
    'x-real-ip': OFFICE,
    forwarded: `for=${OFFICE}`,
    'x-client-ip': OFFICE,
    'true-client-ip': OFFICE,
    'cf-connecting-ip': OFFICE,
  };
  expect(await codeOf({ as: 'viewer', from: HOME, headers })).toBe('address_not_allowed');
  expect(await codeOf({ as: 'viewer', from: '10.0.0.1', headers })).toBe(undefined);
  const behind = { 'x-forwarded-for': `${OFFICE}, ${HOME}` };
  expect(await codeOf({ as: 'viewer', from: '10.0.0.1', headers: behind })).toBe(
    'address_not_allowed',
  );
});

test('a key and an operation have lists of their own, and every list must hold the address', async () => {
  const { id } = api.keys.manager;
  await set(`key/${id}`, [OFFICE, HOME]);
  await set('operation/rules', [OFFICE]);
  expect(await codeOf({ as: 'manager', from: '203.0.113.1' })).toBe('address_not_allowed');
  expect(await codeOf({ as: 'manager', from: HOME })).toBe(undefined);
  const rule = (from: string) =>
    api.call('POST', '/api/disbursement/rules', { as: 'manager', json: {}, from });
  expect((await rule(HOME)).at('error.code')).toBe('address_not_allowed');
  expect((await rule(OFFICE)).at('error.code')).toBe('validation_error');
});

test("a key's own networks hold, and one that cannot be read lets nobody in", async () => {
  const set = (cidrs: string) =>
    api.db.run(noRow, 'update api_keys set cidrs = $2::text[] where id = $1', [
      api.keys.processor.id,
      cidrs,
    ]);
  const later = () => new Promise((resolve) => setTimeout(resolve, 950));
  await set('{192.0.2.0/24}');
  await later();
  expect(await codeOf({ as: 'processor', from: OFFICE })).toBe(undefined);
  expect(await codeOf({ as: 'processor', from: HOME })).toBe('address_not_allowed');
  await set('{192.0.2.0/24,rubbish}');
  await later();
  expect(await codeOf({ as: 'processor', from: OFFICE })).toBe('address_not_allowed');
  await set('{}');
});

test('a list made elsewhere is in force within a second, and so is its end', async () => {
  expect(await codeOf({ as: 'viewer', from: HOME })).toBe(undefined);
  await api.db.run(
    noRow,
    `insert into allow_lists (id, scope, subject, cidrs, created_by, updated_by)
     values ('alw_x', 'role', 'viewer', '{192.0.2.7/32}', 'system', 'system')`,
  );
  await new Promise((resolve) => setTimeout(resolve, 950));
  expect(await codeOf({ as: 'viewer', from: HOME })).toBe('address_not_allowed');
  await api.call('DELETE', `${LISTS}/role/viewer`, { from: HOME });
  expect(await codeOf({ as: 'viewer', from: HOME })).toBe(undefined);
});

test('nobody shuts themselves out by mistake', async () => {
  const own = `key/${api.keys.super_admin.id}`;
  for (const target of ['role/super_admin', 'operation/settings', own]) {
    const refused = await set(target, ['203.0.113.0/24']);
    expect([target, refused.status, refused.at('error.details.0.path')]).toEqual([
      target,
      422,
      'cidrs',
    ]);
  }
  expect(await count(api.db, 'select count(*) as n from allow_lists')).toBe(0);
  expect((await set('role/super_admin', ['192.0.2.0/24'])).status).toBe(200);
  const forced = { json: { cidrs: ['203.0.113.0/24'], force: true } };
  expect((await set('role/super_admin', [], forced)).status).toBe(200);
  expect(await codeOf({ from: OFFICE })).toBe('address_not_allowed');
  expect(await codeOf({ from: '203.0.113.9' })).toBe(undefined);
});

test('a change stands in the audit log as it was and as it is; the same again does not', async () => {
  await set('role/admin', ['10.1.2.3/8', '::ffff:192.0.2.1', '10.0.0.0/8']);
  await set('role/admin', ['10.0.0.0/8', '192.0.2.1/32']);
  await set('role/admin', ['192.0.2.9'], { json: { cidrs: ['192.0.2.9'], note: 'moved' } });
  await api.call('DELETE', `${LISTS}/role/admin`, { from: OFFICE });
  expect((await api.call('DELETE', `${LISTS}/role/admin`, { from: OFFICE })).status).toBe(404);
  const rows = await api.db.run(
    z.object({ details: z.unknown() }),
    `select details from audit_logs where action = 'allow_list.changed'
     and details ->> 'subject' = 'admin' order by id`,
  );
  const first = { cidrs: ['10.0.0.0/8', '192.0.2.1/32'], note: null };
  const second = { cidrs: ['192.0.2.9/32'], note: 'moved' };
  expect(rows.map(({ details }) => details)).toMatchObject([
    { before: null, after: first },
    { before: first, after: second },
    { before: second, after: null },
  ]);
});

test('what is no target or no network is refused, and nothing is kept', async () => {
  const answers = [
    await set('role/boss', [OFFICE]),
    await set('operation/everything', [OFFICE]),
    await set('country/de', [OFFICE]),
    await set('key/viewer', [OFFICE]),
    await set(`key/key_${'0'.repeat(32)}`, [OFFICE]),
    await set('role/viewer', []),
    await set('role/viewer', ['10.0.0.0/33']),
    await set('role/viewer', ['office.example.com']),
    await set('role/viewer', ['010.0.0.1']),
    await set(
      'role/viewer',
      Array.from({ length: 201 }, (_, n) => `10.0.0.${n}`),
    ),
  ];
  expect(answers.map(({ status }) => status)).toEqual([
    404, 404, 404, 404, 404, 422, 422, 422, 422, 422,
  ]);
  expect(await count(api.db, 'select count(*) as n from allow_lists')).toBe(0);
});
