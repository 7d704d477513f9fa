import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, toParameter, type Db } from '../../db/client.ts';
import { openPool, type Pool } from '../../db/pool.ts';
import { addUpSlots } from '../../db/queries/report/add-up.ts';
import { sumLedger } from '../../db/queries/report/ledger-sums.ts';
import { sumPayments, type SumsAsked } from '../../db/queries/report/payment-sums.ts';
import { bucketsOf } from '../../domain/report/period.ts';
import { drawFrom } from '../support/risk-year/draw.ts';
import {
  insertBatches,
  insertPayments,
  PAYEE_IDS,
  plainSums,
  readRaw,
  writtenSums,
  type Runs,
} from '../support/report-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const FROM = Date.parse('2026-03-25T00:00:00Z');
const TO = Date.parse('2026-04-03T00:00:00Z');
const HOUR_MS = 3_600_000;

let database: TestDatabase;
let db: Db;
let batchIds: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  batchIds = await insertBatches(db);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const boundsIn = (zone: string): number[] => {
  const period = { from: FROM, to: TO, zone };
  return [...bucketsOf(period, 'day').map(({ from }) => from), TO];
};

/** Whole days of zones, spans cut within a quarter of an hour, and each filter and group. */
const ASKED: readonly SumsAsked[] = [
  { bounds: boundsIn('UTC'), basis: 'made', filter: {} },
  { bounds: boundsIn('Europe/Berlin'), basis: 'paid', filter: {}, groupBy: 'provider' },
  { bounds: boundsIn('Asia/Kathmandu'), basis: 'made', filter: {}, groupBy: 'programme' },
  {
    bounds: [FROM + 1, FROM + 7 * HOUR_MS + 123, FROM + 7 * HOUR_MS + 456, TO - 77_777],
    basis: 'made',
    filter: {},
    groupBy: 'status',
  },
  { bounds: [FROM + 61_001, FROM + 61_002, TO - 1], basis: 'paid', filter: {} },
  { bounds: [FROM + 1, FROM + 500_000], basis: 'made', filter: {} },
  {
    bounds: [FROM, TO],
    basis: 'made',
    filter: {
      currency: 'USD',
      provider: 'xendit',
      programmeId: '',
      statuses: ['FAILED', 'PENDING'],
    },
  },
  {
    bounds: [FROM, TO],
    basis: 'made',
    filter: { payeeIds: PAYEE_IDS.slice(0, 2), minAmountMinor: 500n, maxAmountMinor: 60_000n },
    groupBy: 'currency',
  },
  { bounds: [FROM, TO], basis: 'paid', filter: { payeeIds: PAYEE_IDS.slice(1, 2) } },
];

async function expectTrue(): Promise<void> {
  const raw = await readRaw(db);
  for (const asked of ASKED) await expectSums(db, raw, asked);
  await expectLedger(db);
}

async function expectSums(
  runs: Runs,
  raw: Awaited<ReturnType<typeof readRaw>>,
  asked: SumsAsked,
): Promise<void> {
  const sums = await sumPayments({ ...db, ...runs }, asked);
  expect(writtenSums(sums)).toEqual(plainSums(raw, asked));
}

/** The books by bucket, from slots and lines, are those of a plain query. */
async function expectLedger(runs: Runs): Promise<void> {
  const bounds = [-Infinity, FROM + 7 * HOUR_MS, FROM + 55 * HOUR_MS + 1, TO];
  const accounts = ['payee_payable', 'provider_clearing/*'];
  const sums = await sumLedger({ ...db, ...runs }, { bounds, accounts });
  const plain = await runs.run(
    z.object({ sum: z.string() }),
    `select concat_ws(' ', bucket, account, currency, kind, count(*), coalesce(sum(amount_minor) filter (where side = 'debit'), 0),
       coalesce(sum(amount_minor) filter (where side = 'credit'), 0)) as sum
     from (
       select *, substr(entry_id, strpos(entry_id, ':') + 1) as kind, case
         when created_at < $1::timestamptz then 0 when created_at < $2::timestamptz then 1
         when created_at < $3::timestamptz then 2 end as bucket
       from ledger_entries
     ) l where bucket is not null group by bucket, account, currency, kind`,
    bounds.slice(1).map((at) => new Date(at).toISOString()),
  );
  const told = sums.map(({ bucket, account, currency, kind, lines, debit_minor, credit_minor }) =>
    [bucket, account, currency, kind, lines, debit_minor, credit_minor].join(' '),
  );
  expect(told.toSorted()).toEqual(plain.map(({ sum }) => sum).toSorted());
}

const addUp = async (slotsMax = 2_000): Promise<number> =>
  (await addUpSlots(db, 'payments', { slotsMax, restSeconds: 0 })) +
  (await addUpSlots(db, 'ledger', { slotsMax, restSeconds: 0 }));

async function addUpAll(): Promise<void> {
  while ((await addUp()) > 0);
}

const countOf = async (table: 'report_changes' | 'report_slots' | 'ledger_slots') => {
  const [row] = await db.run(
    z.object({ n: z.coerce.number() }),
    `select count(*) as n from ${table}`,
  );
  return row?.n;
};

const write = (seed: number, count: number): Promise<void> =>
  insertPayments(db, { seed, count, batchIds, from: FROM, to: TO });

/** Moves payments on, as their states allow; which ones follows from the draw. */
const MOVE = `
  update payments set status = case status when 'COMPLETED' then 'RETURNED' else 'CANCELLED' end,
    hold_reason = null, failure_code = 'a_code'
  where status in ('COMPLETED', 'PENDING', 'ON_HOLD') and ordinal % $1::int = 0`;

describe('sums are those of the rows', () => {
  test('read row by row, from half the slots, and from all', async () => {
    await write(1, 1_500);
    await expectTrue();
    expect(await addUp(100)).toBeGreaterThanOrEqual(200);
    expect(await countOf('report_changes')).toBeGreaterThan(0);
    await expectTrue();
    await addUpAll();
    expect(await countOf('report_changes')).toBe(0);
    await expectTrue();
  });

  test('after payments moved on, and moved on again', async () => {
    await write(2, 1_500);
    await addUpAll();
    for (const divisor of [3, 2]) {
      await db.run(z.unknown(), MOVE, [divisor]);
      await expectTrue();
      await addUp(200);
      await expectTrue();
      await addUpAll();
      await expectTrue();
    }
    expect(await countOf('report_changes')).toBe(0);
  });

  test('what was added up is used as it is', async () => {
    await write(3, 300);
    await addUpAll();
    await db.run(z.unknown(), 'update report_slots set payments = payments + 1');
    const [asked] = ASKED;
    if (!asked) throw new Error('nothing asked');
    const sums = await sumPayments(db, asked);
    expect(writtenSums(sums)).not.toEqual(plainSums(await readRaw(db), asked));
  });

  test('what changed a moment ago is not added up before it rests', async () => {
    await write(4, 50);
    expect(await addUpSlots(db, 'payments', { slotsMax: 100, restSeconds: 3_600 })).toBe(0);
    const backdate = `update report_changes set changed_at = changed_at - interval '6 minutes' where source = 'payments'`;
    await db.run(z.unknown(), backdate);
    expect(
      await addUpSlots(db, 'payments', { slotsMax: 10, restSeconds: 3_600 }),
      'what never rests is added up after five minutes',
    ).toBeGreaterThanOrEqual(10);
  });
});

/** A connection of its own, for a transaction that stays open. */
async function withConnection<T>(work: (sql: Pool, runs: Runs) => Promise<T>): Promise<T> {
  const sql = openPool(database.databaseUrl, { max: 1 });
  const runs: Runs = {
    run: async (row, text, values = []) =>
      z.array(row).parse(await sql.unsafe(text, values.map(toParameter) as string[])),
  };
  try {
    return await work(sql, runs);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

test('what an open transaction wrote counts once it is committed, and not before', async () => {
  await write(5, 800);
  await addUpAll();
  await withConnection(async (sql, runs) => {
    await sql.unsafe('begin');
    await insertPayments(runs, { seed: 6, count: 200, batchIds, from: FROM, to: TO });
    await runs.run(z.unknown(), MOVE, [5]);
    await expectTrue();
    // Meanwhile others change the same slots, and they are added up.
    await write(7, 200);
    await addUpAll();
    expect(await countOf('report_changes')).toBe(0);
    await expectTrue();
    await sql.unsafe('commit');
  });
  expect(await countOf('report_changes')).toBeGreaterThan(0);
  await expectTrue();
  await addUpAll();
  await expectTrue();
});

test('what was rolled back never counts', async () => {
  await write(8, 300);
  await withConnection(async (sql, runs) => {
    await sql.unsafe('begin');
    await insertPayments(runs, { seed: 9, count: 100, batchIds, from: FROM, to: TO });
    await addUpAll();
    await sql.unsafe('rollback');
  });
  await addUpAll();
  expect(await countOf('report_changes')).toBe(0);
  await expectTrue();
});

/** How many wait for a lock in this database. */
const waiting = async (): Promise<number> => {
  const text = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await db.run(z.unknown(), text)).length;
};

test('a slot that another adds up is left until that one is done, with its marks', async () => {
  await write(14, 200);
  await withConnection(async (sql, runs) => {
    await sql.unsafe('begin');
    const atOnce = { slotsMax: 2_000, restSeconds: 0 };
    await addUpSlots({ ...db, ...runs }, 'payments', atOnce);
    // Rows of states that payments have left are not to be seen yet.
    await db.run(z.unknown(), MOVE, [1]);
    const state = { done: false };
    const second = addUpSlots(db, 'payments', atOnce).finally(() => (state.done = true));
    const began = async (): Promise<boolean> => state.done || (await waiting()) > 0;
    await expect.poll(began, { timeout: 30_000 }).toBe(true);
    await sql.unsafe('commit');
    await second;
  });
  await expectTrue();
  await addUpAll();
  expect(await countOf('report_changes')).toBe(0);
  await expectTrue();
});

test('two that add up, three that write, one that reads: no sum is ever wrong', async () => {
  await write(10, 500);
  const work = { goesOn: true };
  const writer = async (seed: number): Promise<void> => {
    const draw = drawFrom(seed);
    for (let round = 0; round < 25; round += 1) {
      await write(seed * 1_000 + round, draw.whole(1, 20));
      await db.run(z.unknown(), MOVE, [draw.whole(7, 50)]);
    }
  };
  const adder = async (): Promise<void> => {
    while (work.goesOn) await addUp(40);
  };
  const reader = (): Promise<number> =>
    withConnection(async (sql, runs) => {
      let reads = 0;
      for (; work.goesOn; reads += 1) {
        await sql.unsafe('begin isolation level repeatable read');
        const raw = await readRaw(runs);
        const asked = ASKED[reads % ASKED.length];
        if (asked) await expectSums(runs, raw, asked);
        await expectLedger(runs);
        await sql.unsafe('commit');
      }
      return reads;
    });
  const others = [adder(), adder(), reader()];
  await Promise.all([11, 12, 13].map(writer)).finally(() => (work.goesOn = false));
  const [, , reads] = await Promise.all(others);
  expect(reads).toBeGreaterThan(3);
  await addUpAll();
  expect(await countOf('report_changes')).toBe(0);
  await expectTrue();
});
