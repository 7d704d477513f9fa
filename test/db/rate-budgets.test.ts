import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { budgetsIn } from '../../db/queries/rate-budgets.ts';
import { makePace } from '../../providers/pace.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let dbs: Db[];
const LIMIT = { perMinute: 60, burst: 10 };

beforeAll(async () => {
  database = await createTestDatabase();
  dbs = [1, 2, 3, 4].map(() => openDatabase(database.databaseUrl));
});
afterAll(async () => {
  await Promise.all(dbs.map((db) => db.close()));
  await database.drop();
});

function first(): Db {
  const [db] = dbs;
  if (!db) throw new Error('no database is open');
  return db;
}

/** Lets the bucket fill for so long, without waiting. */
const passTime = (key: string, seconds: number): Promise<unknown> =>
  first().run(
    z.unknown(),
    `update rate_budgets set refilled_at = refilled_at - $2::float8 * interval '1 s',
       blocked_until = blocked_until - $2::float8 * interval '1 s' where key = $1`,
    [key, seconds],
  );

test('P13: four processes that ask for all they can get stay within 60 in the first minute, burst included', async () => {
  const paces = dbs.map((db) => makePace(budgetsIn(db), 'four', LIMIT));
  let granted = 0;
  for (let second = 0; second < 60; second += 1) {
    const taken = await Promise.all(paces.map((pace) => pace.reserve(100)));
    granted += taken.reduce((sum, one) => sum + one.granted, 0);
    await passTime('four', 1);
  }
  // The test itself takes a few seconds, in which real tokens flow too.
  expect(granted).toBeGreaterThanOrEqual(55);
  expect(granted).toBeLessThanOrEqual(62);
});

test('an empty budget says when to ask again', async () => {
  const pace = makePace(budgetsIn(first()), 'empty', LIMIT);
  expect(await pace.reserve(100)).toEqual({ granted: 10, waitMs: 0 });
  const { granted, waitMs } = await pace.reserve(1);
  expect(granted).toBe(0);
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(1_200);
});

test('P13: what one process is told by a 429 holds for all, until the reset and not longer', async () => {
  const [one, other] = dbs.map((db) => makePace(budgetsIn(db), 'told', LIMIT));
  await one?.reserve(1);
  one?.heed({ limited: true, remaining: 0, resetMs: 30_000 });
  await expect.poll(async () => (await other?.reserve(5))?.granted, { timeout: 10_000 }).toBe(0);
  expect((await other?.reserve(5))?.waitMs).toBeGreaterThan(20_000);
  await passTime('told', 31);
  expect((await other?.reserve(5))?.granted).toBe(5);
});

test('the provider’s own count comes before ours', async () => {
  const pace = makePace(budgetsIn(first()), 'count', LIMIT);
  await pace.reserve(1);
  pace.heed({ limited: false, remaining: 3, resetMs: 20_000 });
  expect((await pace.reserve(9)).granted).toBe(3);
});

test('single calls take their tokens in portions, and give up when the wait is too long', async () => {
  const pace = makePace(budgetsIn(first()), 'single', { perMinute: 600, burst: 20 });
  for (let call = 0; call < 20; call += 1) expect(await pace.turn(0)).toBe(true);
  pace.heed({ limited: true, remaining: null, resetMs: 60_000 });
  await expect.poll(() => pace.turn(0), { timeout: 10_000 }).toBe(false);
});
