import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { MockActivityEnvironment } from '@temporalio/testing';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeExportParts, type ExportPace } from '../../activities/export-parts.ts';
import { expireExports, failExport, openExports } from '../../db/queries/export/work.ts';
import { unique } from './support/data.ts';
import { exporter, insertAffiliates } from './support/exporter.ts';
import { tamper } from './support/ledger.ts';
import { count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

/** As many parts as there are, or one part a run. */
const ALL: ExportPace = { runMaxMs: 60_000, triesMax: 5 };
const ONE_PART: ExportPace = { runMaxMs: 0, triesMax: 5 };

/** Runs the activity as a worker would, in its so manyth try. */
const work = (exportId: string, pace = ALL, attempt = 1): Promise<unknown> =>
  new MockActivityEnvironment({ attempt }).run(makeExportParts({ db: api.db }, pace), { exportId });

/** So many affiliates of a currency that no other test has, and who orders them. */
async function ordered(currency: string, rows: number, given: Record<string, unknown> = {}) {
  await insertAffiliates(api, unique('aff'), rows, currency);
  const caller = await exporter(api);
  const filter = { currency };
  const made = await caller.post('/reports/exports', { kind: 'affiliates', filter, ...given });
  expect([made.status, made.status === 202 ? '' : made.text]).toEqual([202, '']);
  const id = String(made.at('export.id'));
  const path = `/reports/exports/${id}`;
  return { ...caller, id, path, made, show: () => caller.get(path) };
}

const partsOf = (id: string) =>
  api.db.run(
    z.object({
      part: z.number(),
      rows: z.number(),
      sha256: z.string(),
      content: z.instanceof(Uint8Array),
    }),
    'select part, rows, sha256, content from report_export_parts where export_id = $1 order by part',
    [id],
  );

const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

const lines = (answer: Answer): Record<string, string>[] => {
  expect(answer.status).toBe(200);
  return parse(answer.text, { columns: true, record_delimiter: '\r\n' });
};

test('a file is ordered, made in parts, fetched and deleted; each step is written down', async () => {
  const order = await ordered('JPY', 45_000);
  expect(order.made.at('export')).toMatchObject({
    kind: 'affiliates',
    format: 'csv',
    filter: { currency: 'JPY' },
    status: 'QUEUED',
    rowsExpected: 45_000,
    rowsDone: 0,
    progress: 0,
    sha256: null,
    createdBy: order.actor,
    link: null,
  });
  const early = await order.get(`${order.path}/file`);
  expect([early.status, early.at('error.code')]).toEqual([409, 'export_not_ready']);
  expect(await work(order.id, ONE_PART)).toEqual({ done: false });
  expect((await order.show()).at('export')).toMatchObject({ status: 'RUNNING', rowsDone: 20_000 });
  expect((await order.show()).at('export.progress')).toBeCloseTo(20 / 45, 5);
  expect(await work(order.id)).toEqual({ done: true });
  const parts = await partsOf(order.id);
  expect(parts.map(({ part, rows }) => [part, rows])).toEqual([
    [0, 20_000],
    [1, 20_000],
    [2, 5_000],
  ]);
  for (const { content, ...part } of parts) expect(sha256(gunzipSync(content))).toBe(part.sha256);
  const file = await order.get(`${order.path}/file`);
  expect(new Set(lines(file).map(({ id }) => id)).size).toBe(45_000);
  expect(lines(file)).toHaveLength(45_000);
  expect((await order.show()).at('export')).toMatchObject({
    status: 'DONE',
    rowsDone: 45_000,
    progress: 1,
    bytes: Buffer.byteLength(file.text),
    sha256: sha256(file.text),
    link: `/api/disbursement${order.path}/file`,
  });
  expect(file.headers.get('x-export-sha256')).toBe(sha256(file.text));
  expect((await order.remove(order.path)).body).toEqual({ success: true });
  const gone = await order.get(`${order.path}/file`);
  expect([gone.status, gone.at('error.code')]).toEqual([409, 'export_expired']);
  const what = { exportId: order.id, kind: 'affiliates', format: 'csv' };
  expect(await order.trail()).toMatchObject([
    {
      action: 'export.created',
      details: { ...what, rowsExpected: 45_000, filter: { currency: 'JPY' } },
    },
    {
      action: 'export.finished',
      status: 'SUCCESS',
      details: { ...what, rows: 45_000, sha256: sha256(file.text) },
    },
    { action: 'export.fetched', status: 'INFO', details: what },
    { action: 'export.deleted', status: 'SUCCESS', details: what },
  ]);
});

test('a job goes on behind the last whole part, and rows that are made meanwhile do not move it', async () => {
  const order = await ordered('KRW', 30_000, { format: 'jsonl' });
  await work(order.id, ONE_PART);
  const [first] = await partsOf(order.id);
  await insertAffiliates(api, unique('later'), 10_000, 'KRW');
  expect(await work(order.id)).toEqual({ done: true });
  expect((await partsOf(order.id))[0]?.sha256).toBe(first?.sha256);
  const file = await order.get(`${order.path}/file`);
  const ids = file.text
    .trimEnd()
    .split('\n')
    .map((line) => z.object({ id: z.string(), externalId: z.string() }).parse(JSON.parse(line)));
  expect(ids).toHaveLength(30_000);
  expect(new Set(ids.map(({ id }) => id)).size).toBe(30_000);
  expect(ids.filter(({ externalId }) => externalId.startsWith('later'))).toEqual([]);
});

test('two workers at one job make one file', async () => {
  const order = await ordered('NOK', 61_000);
  await Promise.all([work(order.id), work(order.id), work(order.id)]);
  expect((await partsOf(order.id)).map(({ rows }) => rows)).toEqual([
    20_000, 20_000, 20_000, 1_000,
  ]);
  const file = await order.get(`${order.path}/file`);
  expect(new Set(lines(file).map(({ id }) => id)).size).toBe(61_000);
  expect((await order.show()).at('export.sha256')).toBe(sha256(file.text));
  const finished = (await order.trail()).filter(({ action }) => action === 'export.finished');
  expect(finished).toHaveLength(1);
});

test('a job that is deleted stops, keeps nothing, and says so', async () => {
  const order = await ordered('SEK', 41_000);
  await work(order.id, ONE_PART);
  expect((await order.remove(order.path)).status).toBe(200);
  expect(await work(order.id)).toEqual({ done: true });
  expect((await order.show()).at('export')).toMatchObject({ status: 'FAILED', rowsDone: 20_000 });
  const file = await order.get(`${order.path}/file`);
  expect([file.status, file.at('error.code')]).toEqual([409, 'invalid_state']);
  await expireExports(api.db);
  expect(await partsOf(order.id)).toEqual([]);
  expect((await order.remove(order.path)).status).toBe(200);
  expect((await order.trail()).map(({ action, status }) => `${action} ${status}`)).toEqual([
    'export.created SUCCESS',
    'export.finished FAILURE',
  ]);
});

test('a file is kept for seven days, then its parts go and the order stays', async () => {
  const order = await ordered('DKK', 10);
  await work(order.id);
  const [created, expires] = ['createdAt', 'expiresAt'].map((name) =>
    Date.parse(String(order.made.at(`export.${name}`))),
  );
  expect((expires ?? 0) - (created ?? 0)).toBe(7 * 86_400_000);
  const passes = `update report_exports set expires_at = now() where id = $1 returning id`;
  await api.db.run(z.unknown(), passes, [order.id]);
  const early = await order.get(`${order.path}/file`);
  expect([early.status, early.at('error.code')]).toEqual([409, 'export_expired']);
  await expireExports(api.db);
  await expireExports(api.db);
  expect((await order.show()).at('export')).toMatchObject({ status: 'EXPIRED', link: null });
  expect(await partsOf(order.id)).toEqual([]);
});

test('an order that nothing was made of before its time was over is given up', async () => {
  const order = await ordered('ISK', 10);
  await api.db.run(z.unknown(), `update report_exports set expires_at = now() where id = $1`, [
    order.id,
  ]);
  expect(await openExports(api.db)).toContain(order.id);
  await expireExports(api.db);
  expect(await openExports(api.db)).not.toContain(order.id);
  expect((await order.show()).at('export')).toMatchObject({
    status: 'FAILED',
    failure: expect.stringMatching(/order it again/),
  });
});

test('a part that is not what was written makes no file; after five tries the job is given up', async () => {
  const order = await ordered('PLN', 25_000);
  await work(order.id, ONE_PART);
  await tamper(
    api,
    `update report_export_parts set sha256 = repeat('0', 64) where export_id = '${order.id}'`,
  );
  await expect(work(order.id)).rejects.toThrow(/part 0/);
  expect((await order.show()).at('export.status')).toBe('RUNNING');
  await expect(work(order.id, ALL, 5)).rejects.toThrow(/part 0/);
  expect((await order.show()).at('export')).toMatchObject({ status: 'FAILED', sha256: null });
  await failExport(api.db, order.id, 'again');
  expect((await order.trail()).map(({ action, status }) => `${action} ${status}`)).toEqual([
    'export.created SUCCESS',
    'export.finished FAILURE',
  ]);
});

test('a file of nothing is one part with the names of the columns', async () => {
  const order = await ordered('HUF', 0);
  await work(order.id);
  expect((await partsOf(order.id)).map(({ rows }) => rows)).toEqual([0]);
  expect((await order.get(`${order.path}/file`)).text).toMatch(/^id,externalId,.*\r\n$/);
});

test('the same order under the same key is one order', async () => {
  const caller = await exporter(api);
  const key = { 'idempotency-key': unique('key') };
  const body = { kind: 'payments' };
  const first = await caller.post('/reports/exports', body, key);
  const second = await caller.post('/reports/exports', body, key);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(second.at('export.id')).toBe(first.at('export.id'));
  const made = await count(
    api.db,
    'select count(*) as n from report_exports where created_by = $1',
    [caller.actor],
  );
  expect(made).toBe(1);
  expect((await caller.trail()).map(({ action }) => action)).toEqual(['export.created']);
});

test('an order is seen by who made it, and by who holds audit; others do not learn that it is there', async () => {
  const order = await ordered('CZK', 5);
  await work(order.id);
  const stranger = await exporter(api);
  const auditor = await exporter(api, 'admin');
  const listed = async (caller: typeof stranger) =>
    (await caller.get('/reports/exports?limit=1000'))
      .list('exports')
      .map((each) => Reflect.get(Object(each), 'id'));
  expect(await listed(order)).toEqual([order.id]);
  expect(await listed(stranger)).toEqual([]);
  expect(await listed(auditor)).toContain(order.id);
  for (const path of [order.path, `${order.path}/file`]) {
    expect((await stranger.get(path)).status).toBe(404);
    expect((await auditor.get(path)).status).toBe(200);
  }
  expect((await stranger.remove(order.path)).status).toBe(404);
  expect((await order.show()).at('export.status')).toBe('DONE');
  const processor = await exporter(api, 'processor');
  expect((await processor.get('/reports/exports')).status).toBe(403);
  const ids = (await listed(auditor)).length;
  const page = await auditor.get('/reports/exports?limit=1');
  expect([page.list('exports').length, ids > 1]).toEqual([1, true]);
  const next = await auditor.get(
    `/reports/exports?limit=1&cursor=${String(page.at('nextCursor'))}`,
  );
  expect(next.at('exports.0.id')).not.toBe(page.at('exports.0.id'));
});
