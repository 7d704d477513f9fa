import { expect, test } from 'vitest';
import { PERMISSIONS, roleHolds, ROLES, type Permission } from '../../domain/permissions.ts';
import { count, makeKey, useTestApi } from './support/test-api.ts';

const api = useTestApi();

interface Operation {
  route: string;
  method: string;
  path: string;
  permission: string;
}

/** Every route of the contract, with ids that name nothing. */
async function operations(): Promise<Operation[]> {
  const answer = await api.call('GET', '/openapi.json', { as: null });
  const paths = Object.entries(
    Object(answer.at('paths')) as Record<string, Record<string, Record<string, string>>>,
  );
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path
        .replace('{provider}', 'mock')
        .replace('{name}', 'DE')
        .replace('{file}', 'start.js')
        .replace('{eventId}', 'evt_none')
        .replace('{id}', idFor(path))
        .replace('{projectId}', 'project')
        .replace('{batchId}', idFor('batches')),
      permission: operation['x-permission'] ?? 'none',
    })),
  );
}

/** What an id in such a path names; an affiliate where none of these fits. */
const NAMED: readonly [RegExp, string][] = [
  [/batches/, 'bat'],
  [/payments/, 'pay'],
  [/accounts/, 'acc'],
  [/api-keys/, 'key'],
  [/reconciliations/, 'rec'],
  [/conversions/, 'cnv'],
  [/cases/, 'cas'],
  [/holds/, 'hld'],
  [/mails/, 'mai'],
  [/\/(schedules|backfills)\//, 'sch'],
  [/webhook-endpoints/, 'whe'],
];

function idFor(path: string): string {
  const prefix = NAMED.find(([part]) => part.test(path))?.[1] ?? 'aff';
  return `${prefix}_${'0'.repeat(32)}`;
}

/** Who may do what, by the table of the requirements: a route that asks for less fails here. */
const EXPECTED: Record<string, string[]> = {
  view: [
    'GET /api/admin/auth/check-permissions',
    'GET /api/disbursement/affiliates/payable',
    'GET /api/disbursement/affiliates/{id}',
    'GET /api/disbursement/affiliates/{id}/commissions',
    'GET /api/disbursement/affiliates/{id}/forecast',
    'GET /api/disbursement/affiliates/{id}/terms',
    'GET /api/disbursement/affiliates/{id}/why-not-paid',
    'GET /api/disbursement/backfills/{id}',
    'GET /api/disbursement/batches',
    'GET /api/disbursement/batches/{id}',
    'GET /api/disbursement/batches/{id}/events',
    'GET /api/disbursement/batches/{id}/exclusions',
    'GET /api/disbursement/batches/{id}/payments',
    'GET /api/disbursement/cases',
    'GET /api/disbursement/cases/{id}',
    'GET /api/disbursement/commissions/{id}/why',
    'GET /api/disbursement/conversions',
    'GET /api/disbursement/conversions/{id}',
    'GET /api/disbursement/debts',
    'GET /api/disbursement/health',
    'GET /api/disbursement/holds',
    'GET /api/disbursement/holiday-calendars/{name}',
    'GET /api/disbursement/ledger/balances',
    'GET /api/disbursement/ledger/check',
    'GET /api/disbursement/ledger/entries',
    'GET /api/disbursement/mails',
    'GET /api/disbursement/payments',
    'GET /api/disbursement/payments/{id}',
    'GET /api/disbursement/payments/{id}/why',
    'GET /api/disbursement/programmes',
    'GET /api/disbursement/programmes/{id}',
    'GET /api/disbursement/reconciliations',
    'GET /api/disbursement/reconciliations/{id}',
    'GET /api/disbursement/rules',
    'GET /api/disbursement/rules/{id}',
    'GET /api/disbursement/schedules',
    'GET /api/disbursement/schedules/{id}',
    'GET /api/disbursement/schedules/{id}/runs',
    'GET /api/disbursement/webhook-endpoints',
    'GET /api/disbursement/webhook-endpoints/{id}',
    'GET /api/disbursement/webhook-endpoints/{id}/deliveries',
    'GET /api/disbursement/webhook-events',
    'GET /api/disbursement/{provider}/accounts',
    'GET /revenue/payouts',
    'GET /revenue/payouts/{batchId}',
    'GET /revenue/projects/{projectId}/split-model',
    'GET /revenue/projects/{projectId}/split-models',
    'GET /revenue/refunds',
    'POST /api/admin/auth/check-permissions',
  ],
  verify: [
    'PATCH /api/disbursement/{provider}/accounts/{id}',
    'POST /api/disbursement/batches/preview',
    'POST /api/disbursement/{provider}/invites',
    'POST /revenue/calculate',
  ],
  create: [
    'DELETE /api/disbursement/batches/{id}',
    'PATCH /api/disbursement/affiliates/{id}',
    'POST /api/disbursement/affiliates',
    'POST /api/disbursement/affiliates/{id}/pay',
    'POST /api/disbursement/batches',
    'POST /api/disbursement/calculations',
    'POST /api/disbursement/commissions',
    'POST /api/disbursement/conversions',
    'POST /api/disbursement/conversions/{id}/reversals',
    'POST /api/disbursement/imports',
    'POST /api/disbursement/quick-payments',
    'POST /api/disbursement/{provider}/accounts',
  ],
  process: [
    'POST /api/disbursement/batches/{id}/execute',
    'POST /api/disbursement/batches/{id}/retry',
    'POST /api/disbursement/mails/{id}/retry',
    'POST /api/disbursement/payments/{id}/reissue',
    'POST /api/disbursement/payments/{id}/retry',
  ],
  cancel: [
    'POST /api/disbursement/batches/{id}/cancel',
    'POST /api/disbursement/batches/{id}/pause',
    'POST /api/disbursement/batches/{id}/resume',
    'POST /api/disbursement/holds',
    'POST /api/disbursement/holds/{id}/release',
    'POST /api/disbursement/payments/{id}/cancel',
    'POST /api/disbursement/payments/{id}/reverse',
  ],
  reconcile: [
    'POST /api/disbursement/cases/{id}/assign',
    'POST /api/disbursement/cases/{id}/note',
    'POST /api/disbursement/cases/{id}/resolve',
    'POST /api/disbursement/payments/{id}/resolve',
    'POST /api/disbursement/reconciliations',
    'POST /api/disbursement/webhook-events/{provider}/{eventId}/replay',
    'POST /api/disbursement/{provider}/sync',
  ],
  approve: [
    'POST /api/disbursement/affiliates/{id}/write-offs',
    'POST /api/disbursement/batches/{id}/approve',
    'POST /api/disbursement/batches/{id}/reject',
  ],
  rules: [
    'DELETE /api/disbursement/schedules/{id}',
    'PATCH /api/disbursement/programmes/{id}',
    'PATCH /api/disbursement/schedules/{id}',
    'POST /api/disbursement/backfills',
    'POST /api/disbursement/programmes',
    'POST /api/disbursement/rules',
    'POST /api/disbursement/rules/dry-run',
    'POST /api/disbursement/schedules',
    'POST /api/disbursement/schedules/{id}/backfill',
    'POST /api/disbursement/schedules/{id}/pause',
    'POST /api/disbursement/schedules/{id}/resume',
    'POST /api/disbursement/schedules/{id}/trigger',
    'PUT /api/disbursement/holiday-calendars/{name}',
    'PUT /revenue/projects/{projectId}/split-model',
  ],
  high_value: ['POST /revenue/refunds', 'POST /revenue/schedule-payouts'],
  audit: ['GET /api/disbursement/audit-logs', 'GET /api/disbursement/verify'],
  settings: [
    'DELETE /api/admin/api-keys/{id}',
    'DELETE /api/disbursement/webhook-endpoints/{id}',
    'GET /api/admin/api-keys',
    'PATCH /api/disbursement/webhook-endpoints/{id}',
    'POST /api/admin/api-keys',
    'POST /api/disbursement/webhook-endpoints',
    'POST /api/disbursement/webhook-endpoints/{id}/replay',
    'POST /api/disbursement/webhook-endpoints/{id}/rotate-secret',
    'POST /api/disbursement/webhook-endpoints/{id}/test',
  ],
  public: [
    'GET /docs',
    'GET /docs/{file}',
    'GET /healthz',
    'GET /metrics',
    'GET /openapi.json',
    'GET /readyz',
    'POST /webhooks/{provider}',
  ],
};

const isPermission = (name: string): name is Permission =>
  PERMISSIONS.some((known) => known === name);

test('each route asks for the permission that the requirements give it', async () => {
  const found: Record<string, string[]> = {};
  for (const { route, permission } of await operations()) (found[permission] ??= []).push(route);
  for (const routes of Object.values(found)) routes.sort();
  expect(found).toEqual(EXPECTED);
});

test('each role on each route: 403 exactly where the matrix says so', async () => {
  const surprises: string[] = [];
  for (const { method, path, permission } of await operations()) {
    if (!isPermission(permission)) continue;
    for (const role of ROLES) {
      const { status } = await api.call(method, path, { as: role });
      const refused = status === 403 || status === 401;
      if (refused === roleHolds(role, permission) || status >= 500)
        surprises.push(`${role} ${method} ${path}: ${status}`);
    }
  }
  expect(surprises).toEqual([]);
}, 180_000);

test('without a key, and with one that is made up, revoked or expired, every route is 401', async () => {
  const revoked = await makeKey(api.db, 'super_admin');
  await api.call('DELETE', `/api/admin/api-keys/${revoked.id}`);
  const expired = await makeKey(api.db, 'super_admin', new Date(Date.now() - 1_000));
  const secrets = [
    null,
    'nonsense',
    `bur_aaaaaaaa_${'A'.repeat(43)}`,
    revoked.secret,
    expired.secret,
  ];
  const surprises: string[] = [];
  for (const { method, path, permission } of await operations()) {
    if (permission === 'public') continue;
    for (const secret of secrets) {
      const headers = secret === null ? {} : { authorization: `Bearer ${secret}` };
      const answer = await api.call(method, path, { as: null, headers });
      if (answer.status !== 401 || answer.at('error.code') !== 'unauthorized')
        surprises.push(`${method} ${path}: ${answer.status}`);
    }
  }
  expect(surprises).toEqual([]);
}, 180_000);

test('a revoked key stops working within a second', async () => {
  const key = await makeKey(api.db, 'viewer');
  const call = () =>
    api.call('GET', '/api/disbursement/batches', {
      as: null,
      headers: { authorization: `Bearer ${key.secret}` },
    });
  expect((await call()).status).toBe(200);
  const { revokeApiKey } = await import('../../db/queries/api-keys.ts');
  // As another process would do it, whose cache is not this one.
  await revokeApiKey(api.db, key.id, { id: 'system', ipAddress: null, userAgent: null });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await call()).status).toBe(401);
});

test('a refusal for want of a permission stands in the audit log, with who asked for what', async () => {
  await api.call('GET', '/api/admin/api-keys', { as: 'admin' });
  const rows =
    "select count(*) as n from audit_logs where action = 'permission.denied' and actor = $1 and details->>'permission' = 'settings'";
  expect(await count(api.db, rows, [`key:${api.keys.admin.id}`])).toBeGreaterThan(0);
});

test('a key is shown once, works, and is listed without its secret', async () => {
  const made = await api.call('POST', '/api/admin/api-keys', {
    json: { name: 'platform', role: 'operator' },
  });
  expect(made.status).toBe(201);
  const secret = String(made.at('apiKey.key'));
  expect(secret).toMatch(/^bur_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
  const headers = { authorization: `Bearer ${secret}` };
  expect((await api.call('GET', '/api/disbursement/batches', { as: null, headers })).status).toBe(
    200,
  );
  const listed = await api.call('GET', '/api/admin/api-keys');
  expect(listed.text).toContain('platform');
  expect(listed.text).not.toContain(secret.slice(13));
  expect(
    await count(api.db, 'select count(*) as n from api_keys where secret_hash like $1', [
      `%${secret.slice(13)}%`,
    ]),
  ).toBe(0);
});

test('the last working super_admin key stays', async () => {
  const listed = await api.call('GET', '/api/admin/api-keys');
  for (const each of listed.list('apiKeys')) {
    const { id, role } = Object(each) as { id: string; role: string };
    if (role === 'super_admin' && id !== api.keys.super_admin.id)
      await api.call('DELETE', `/api/admin/api-keys/${id}`);
  }
  const answer = await api.call('DELETE', `/api/admin/api-keys/${api.keys.super_admin.id}`);
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
});

test('check-permissions says what a key may do and why not', async () => {
  const answer = await api.call('POST', '/api/admin/auth/check-permissions', {
    as: 'operator',
    json: { permissions: ['create', 'process'] },
  });
  expect(answer.body).toEqual({
    allowed: { create: true, process: false },
    role: 'operator',
    reasons: { process: expect.any(String) },
  });
  const all = await api.call('GET', '/api/admin/auth/check-permissions', { as: 'viewer' });
  expect(all.at('allowed')).toMatchObject({ view: true, settings: false });
});
