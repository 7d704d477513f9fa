import { expect, test } from 'vitest';
import { createApp } from '../../api/app.ts';
import { drawSecret } from '../../api/http/key-ring.ts';
import { openLog } from '../../api/log.ts';
import { makeTemporalClient } from '../../api/temporal.ts';
import { openDatabase } from '../../db/client.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';
import { AUTH_SECRET } from '../support/people.ts';
import { testVault } from '../support/vault.ts';
import { addPayable } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Nothing listens on port 9. */
const settings = {
  publicUrl: 'http://api.test',
  temporalUiUrl: undefined,
  temporalNamespace: 'default',
  approvalsRequired: 0,
  defaultProvider: 'mock' as const,
};
const log = openLog('silent');

test('with Temporal away: reads and creation work, execution is 503 with Retry-After and safe to repeat', async () => {
  const temporal = makeTemporalClient(api.db, {
    address: '127.0.0.1:9',
    namespace: 'default',
    publicUrl: 'x',
  });
  const app = createApp({
    db: api.db,
    vault: testVault,
    temporal,
    providers: makeProviders({}, plainTools()),
    settings,
    log,
    auth: { secret: AUTH_SECRET },
  });
  const headers = {
    authorization: `Bearer ${api.keys.super_admin.secret}`,
    'content-type': 'application/json',
  };
  const affiliateId = await addPayable(api);
  const post = (path: string, body = {}) =>
    app.request(
      `/api/disbursement${path}`,
      { method: 'POST', headers, body: JSON.stringify(body) },
      {},
    );
  const made = await post('/batches', { affiliateIds: [affiliateId] });
  expect(made.status).toBe(201);
  const id = String(Reflect.get(Object(Reflect.get(Object(await made.json()), 'batch')), 'id'));
  const answer = await post(`/batches/${id}/execute`);
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ error: { code: 'unavailable' } });
  const ready = await app.request('/readyz', {}, {});
  expect([ready.status, await ready.json()]).toEqual([
    503,
    expect.objectContaining({ missing: ['temporal', 'worker'] }),
  ]);
  expect((await api.post(`/batches/${id}/execute`)).status).toBe(202);
  expect(
    await count(
      api.db,
      "select count(*) as n from audit_logs where action = 'batch.queued' and batch_id = $1",
      [id],
    ),
  ).toBe(1);
  await temporal.close();
}, 60_000);

test('with Postgres away: 503 unavailable, and its words stay inside', async () => {
  const db = openDatabase('postgres://nobody:hunter2@127.0.0.1:9/nowhere');
  const temporal = makeTemporalClient(db, {
    address: '127.0.0.1:9',
    namespace: 'default',
    publicUrl: 'x',
  });
  const app = createApp({
    db,
    vault: testVault,
    temporal,
    providers: makeProviders({}, plainTools()),
    settings,
    log,
    auth: { secret: AUTH_SECRET },
  });
  const headers = { authorization: `Bearer ${drawSecret().secret}` };
  const answer = await app.request('/api/disbursement/batches', { headers }, {});
  const text = await answer.text();
  expect([answer.status, answer.headers.has('retry-after')]).toEqual([503, true]);
  expect(text).toContain('unavailable');
  expect(text).not.toMatch(/hunter2|ECONNREFUSED|127\.0\.0\.1/);
  expect((await app.request('/healthz', {}, {})).status).toBe(200);
  await temporal.close();
  await db.close();
}, 60_000);
