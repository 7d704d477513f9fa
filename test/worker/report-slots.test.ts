import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { startAddingUp } from '../../worker/report-slots.ts';
import { insertBatches, insertPayments } from '../support/report-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
let batchIds: string[];
const lines: Record<string, unknown>[] = [];
const log = pino({ level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) });

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  batchIds = await insertBatches(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const FROM = Date.parse('2026-01-01T00:00:00Z');
const write = (seed: number): Promise<void> =>
  insertPayments(db, { seed, count: 300, batchIds, from: FROM, to: FROM + 30 * 86_400_000 });

const marks = async (): Promise<number> =>
  Number(
    (await db.run(z.object({ n: z.bigint() }), 'select count(*) as n from report_changes'))[0]?.n,
  );

test('several workers add up all that has changed, until nothing is left, and stop', async () => {
  await write(1);
  const workers = [1, 2, 3].map(() => startAddingUp({ db, log, everyMs: 20, restSeconds: 0 }));
  await expect.poll(marks, { timeout: 30_000 }).toBe(0);
  await write(2);
  await expect.poll(marks, { timeout: 30_000 }).toBe(0);
  await Promise.all(workers.map((worker) => worker.stop()));
  await write(3);
  expect(await marks()).toBeGreaterThan(0);
  expect(lines).toEqual([]);
});

test('a failure is told once a minute, and what is left is added up when that has passed', async () => {
  let passes = 0;
  const run: Db['run'] = (row, text, values, options) => {
    passes += 1;
    if (passes < 5) return Promise.reject(new Error('the database is away'));
    return db.run(row, text, values, options);
  };
  await write(4);
  const adding = startAddingUp({ db: { ...db, run }, log, everyMs: 5, restSeconds: 0 });
  await expect.poll(marks, { timeout: 30_000 }).toBe(0);
  await adding.stop();
  expect(lines).toMatchObject([{ level: 50, msg: 'payments are not added up for reports' }]);
});
