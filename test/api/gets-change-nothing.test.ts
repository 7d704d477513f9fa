import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { tableMarks } from '../support/table-marks.ts';
import { addPayable } from './support/data.ts';
import { readRoutes } from './support/read-routes.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const ids: Record<string, string> = {};

beforeAll(async () => {
  ids['affiliates'] = await addPayable(api);
  ids['batches'] = String((await api.post('/batches', { provider: 'mock' })).at('batch.id'));
  const payments = await api.get(`/batches/${ids['batches']}`);
  ids['payments'] = String(payments.at('batch.payments.0.id') ?? payments.at('payments.0.id'));
});

/** The id of something that is there, by the noun of the path. */
const idFor = (template: string): string =>
  Object.entries(ids).find(([noun]) => template.includes(`/${noun}/`))?.[1] ??
  ids['affiliates'] ??
  '';

/** What reading may leave in the audit log. */
const VIEWS = `('audit.viewed', 'report.viewed', 'report.exported', 'export.created', 'export.finished', 'export.fetched', 'statement.viewed', 'account.revealed', 'permission.denied', 'api_key.rejected')`;

test('no GET changes anything, with a key or by the session of a person', async () => {
  const routes = await readRoutes(api, idFor);
  const person = await api.person('super_admin');
  const marks = () => tableMarks(api.db);
  const audited = () =>
    api.db.run(
      z.object({ action: z.string(), n: z.coerce.number() }),
      `select action, count(*) as n from audit_logs where action not in ${VIEWS} group by 1 order by 1`,
    );
  const before = [await marks(), await audited()];
  const statuses = new Map<number, number>();
  for (const { path } of routes) {
    const cookie = person.headers['cookie'] ?? '';
    for (const options of [{}, { as: null, headers: { cookie } }, { as: null }] as const) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await api.call(method, path, options);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
  }
  expect([await marks(), await audited()]).toEqual(before);
  expect(statuses.get(200)).toBeGreaterThan(60);
  expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
});

test('a change by GET is not to be had by naming another method', async () => {
  for (const headers of [
    { 'x-http-method-override': 'DELETE' },
    { 'x-http-method': 'POST' },
    { 'x-method-override': 'POST' },
  ]) {
    const before = await tableMarks(api.db);
    await api.get(`/batches/${ids['batches'] ?? ''}?_method=DELETE`, { headers });
    await api.get(`/batches/${ids['batches'] ?? ''}`, { headers });
    expect(await tableMarks(api.db)).toEqual(before);
  }
});
