import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { callerOf, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const ROWS = 200_000;

let stack: TestStack;
let caller: Caller;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '1000' } });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
  await db.run(
    z.unknown(),
    `insert into payees (id, external_id, full_name, email, country, currency)
     select 'aff_' || md5('export' || n), 'export-' || n, case n % 5 when 0 then '=Payee "' || n || '", Ltd' else 'Payee ' || n end,
       'payee' || n || '@example.test', 'US', 'USD' from generate_series(1, ${ROWS}) n`,
    [],
    { deadlineMs: 60_000 },
  );
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const exportSchema = z.object({
  export: z.object({
    id: z.string(),
    status: z.string(),
    rowsDone: z.number(),
    sha256: z.string().nullable(),
    link: z.string().nullable(),
  }),
});

const order = async (): Promise<string> => {
  const made = await caller.post('/reports/exports', { kind: 'affiliates', filter: {} });
  expect(made.status).toBe(202);
  return exportSchema.parse(made.body).export.id;
};
const show = async (id: string) =>
  exportSchema.parse((await caller.get(`/reports/exports/${id}`)).body).export;

const partsOf = (id: string) =>
  db.run(
    z.object({ part: z.number(), sha256: z.string() }),
    'select part, sha256 from report_export_parts where export_id = $1 order by part',
    [id],
  );

test('kill -9 of the only worker amid a file: it goes on behind the last whole part, and each row is in it once', async () => {
  const id = await order();
  await expect
    .poll(() => partsOf(id).then(({ length }) => length), { timeout: 60_000, interval: 10 })
    .toBeGreaterThanOrEqual(2);
  await stack.killWorker('SIGKILL');
  const kept = await partsOf(id);
  const cut = await show(id);
  expect([cut.status, cut.rowsDone < ROWS]).toEqual(['RUNNING', true]);
  await stack.startWorker();
  await expect
    .poll(() => show(id).then(({ status }) => status), { timeout: 90_000, interval: 100 })
    .toBe('DONE');
  const done = await show(id);
  expect(done.rowsDone).toBe(ROWS);
  expect((await partsOf(id)).slice(0, kept.length)).toEqual(kept);
  const file = await fetch(stack.apiUrl + String(done.link), {
    headers: { authorization: `Bearer ${stack.apiKey}` },
  });
  const text = await file.text();
  expect(createHash('sha256').update(text).digest('hex')).toBe(done.sha256);
  const ids = text.match(/^aff_[0-9a-f]{32}/gm) ?? [];
  expect(ids).toHaveLength(ROWS);
  expect(new Set(ids).size).toBe(ROWS);
  expect(text).not.toMatch(/^[^"]*,=Payee/m);
}, 240_000);

test('an order whose workflow was never started is made by the sweep, and one that is deleted stops', async () => {
  await stack.killWorker('SIGKILL');
  const id = await order();
  const other = (digit: string) => id.slice(0, -8) + digit.repeat(8);
  const [lost, deleted] = [other('0'), other('1')];
  await db.run(
    z.unknown(),
    `insert into report_exports (id, kind, format, filter, rows_expected, created_by, expires_at)
     select lost.id, kind, 'jsonl', filter, rows_expected, created_by, expires_at
     from report_exports e cross join unnest($2::text[]) as lost (id) where e.id = $1`,
    [id, [lost, deleted]],
  );
  const gone = await fetch(`${stack.apiUrl}/api/disbursement/reports/exports/${deleted}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${stack.apiKey}` },
  });
  expect(gone.status).toBe(200);
  await stack.startWorker();
  for (const each of [id, lost]) {
    await expect
      .poll(() => show(each).then(({ status }) => status), { timeout: 90_000, interval: 100 })
      .toBe('DONE');
  }
  expect(await show(deleted)).toMatchObject({ status: 'FAILED', rowsDone: 0, link: null });
  expect(await partsOf(deleted)).toEqual([]);
}, 240_000);
