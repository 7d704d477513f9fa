import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { bursarOn, expectExit, jsonOf } from '../cli/bursar.ts';
import { programmeOf, RULES_FROM, type TestProgramme } from '../support/earnings.ts';
import { callerOf } from '../support/payout.ts';
import { insertPayee } from '../support/releases.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import {
  chargesAt,
  feesAt,
  simulateYear,
  YEAR_TERMS,
  type RawConversion,
  type SimulatedBatch,
} from '../support/year-simulation.ts';

const FIRST = Date.UTC(2025, 10, 1);
const DAY_MS = 86_400_000;
const DAYS = Array.from({ length: 365 }, (_none, place) =>
  new Date(FIRST + place * DAY_MS).toISOString().slice(0, 10),
);
const LAST_DAY = DAYS.at(-1) ?? '';
const WEDNESDAY = 3;
const runAt = (day: string): number => Date.parse(`${day}T09:00:00Z`);

let stack: TestStack;
let db: Db;
let programme: TestProgramme;

beforeAll(async () => {
  stack = await startTestStack();
  db = openDatabase(stack.databaseUrl);
  programme = await programmeOf(db, { automatic: false });
  await programme.rule(YEAR_TERMS);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

/** Says how often one payee is paid. */
async function frequencyOf(payeeId: string, frequency: unknown): Promise<void> {
  await db.run(
    z.unknown(),
    `with rule as (
       insert into payout_rules (id, programme_id, payee_id, created_by) values ($1, $2, $3, 'test') returning id
     )
     insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
     select id, 1, $4, $5::text::jsonb, 'test' from rule`,
    [newId('rule'), programme.id, payeeId, RULES_FROM, JSON.stringify({ frequency })],
  );
}

/** A year of sales of a payee, and refunds of some of them; the same in every run. */
function drawYear(payeeId: string, seed: number, count: number): RawConversion[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return Array.from({ length: count }, (_none, place) => {
    const at = FIRST + below(360 * 24 * 3_600) * 1_000;
    const amount = 500 + below(39_500);
    const refunded = below(8);
    const back = { at: at + (1 + below(40 * 24)) * 3_600_000 };
    const refunds =
      refunded === 0
        ? [{ ...back, amount }]
        : refunded === 1
          ? [{ ...back, amount: 1 + below(amount - 1) }]
          : [];
    return {
      externalId: `${seed}-${String(place).padStart(4, '0')}`,
      payeeId,
      at,
      amount,
      refunds,
    };
  });
}

async function store(raw: readonly RawConversion[]): Promise<void> {
  for (const { externalId, payeeId, at, amount, refunds } of raw) {
    const id = await programme.conversion({
      externalId,
      payeeId,
      amount,
      at: new Date(at).toISOString(),
    });
    for (const refund of refunds)
      await programme.reverse(id, refund.amount, new Date(refund.at).toISOString());
  }
}

const paidRow = z.object({ period: z.string(), payee_id: z.string(), amount: z.number() });

/** What the batches of the programme pay. */
async function proposed(): Promise<SimulatedBatch[]> {
  const rows = await db.run(
    paidRow,
    `select b.period, p.payee_id, p.amount_minor::float8 as amount
     from batches b join payments p on p.batch_id = b.id where b.programme_id = $1`,
    [programme.id],
  );
  return rows.map(({ payee_id, ...row }) => ({ ...row, payeeId: payee_id })).toSorted(inOrder);
}
const inOrder = (a: SimulatedBatch, b: SimulatedBatch): number =>
  a.period + a.payeeId < b.period + b.payeeId ? -1 : 1;

const sumRow = z.object({ n: z.number() });
const sumOf = async (text: string): Promise<number> =>
  (await db.run(sumRow, text, [programme.id]))[0]?.n ?? 0;

test(
  'a year replayed day by day: the batches of a daily and of a weekly payee, fees and charges are those of an independent reckoning',
  { timeout: 900_000 },
  async () => {
    const dailyPayee = programme.payeeId;
    const weeklyPayee = await insertPayee(db);
    await frequencyOf(dailyPayee, { every: 'day' });
    await frequencyOf(weeklyPayee, { every: 'week', weekday: WEDNESDAY });
    const raw = [...drawYear(dailyPayee, 11, 200), ...drawYear(weeklyPayee, 23, 120)];
    await store(raw);
    const caller = callerOf(stack);
    for (const frequency of ['day', 'week']) {
      const made = await caller.post('/schedules', {
        programmeId: programme.id,
        frequency,
        currency: 'USD',
        shift: 'none',
        startsOn: DAYS[0],
        mode: 'run',
      });
      expect([made.status, made.body]).toEqual([201, made.body]);
    }
    const bursar = bursarOn(stack);
    const span = ['--from', DAYS[0] ?? '', '--to', LAST_DAY];
    const ended = await bursar(
      'backfill',
      '--programme',
      programme.id,
      ...span,
      '--wait',
      '--json',
    );
    expectExit(ended, 0);

    const isWednesday = (day: string): boolean => new Date(day).getUTCDay() === WEDNESDAY;
    const payees = [
      { payeeId: dailyPayee, frequency: 'day', isDue: () => true },
      { payeeId: weeklyPayee, frequency: 'week', isDue: isWednesday },
    ];
    const expected = simulateYear(raw, payees, DAYS, runAt);
    expect(jsonOf(ended)).toMatchObject({
      backfill: { status: 'DONE', periods: 730, batches: expected.length },
    });
    expect(await proposed()).toEqual(expected.toSorted(inOrder));
    expect(expected.filter(({ payeeId }) => payeeId === dailyPayee).length).toBeGreaterThan(20);
    expect(expected.filter(({ payeeId }) => payeeId === weeklyPayee).length).toBeGreaterThan(10);

    const asOf = runAt(LAST_DAY) - 1;
    const both = [dailyPayee, weeklyPayee];
    const fees = both.reduce((sum, payee) => sum + feesAt(raw, payee, asOf), 0);
    const charges = both.flatMap((payee) => [...chargesAt(raw, payee, asOf).values()]);
    const charged = charges.reduce((sum, charge) => sum + charge, 0);
    expect(charges.filter((charge) => charge > 0).length).toBeGreaterThan(2);
    const newest = 'order by conversion_id, revision desc';
    expect({
      payouts: await sumOf(
        'select sum(total_minor)::float8 as n from batches where programme_id = $1',
      ),
      fees: await sumOf(
        `select sum(fee_minor)::float8 as n from (
           select distinct on (conversion_id) d.fee_minor from conversion_decisions d
           join conversions c on c.id = d.conversion_id where c.programme_id = $1 ${newest}) d`,
      ),
      charged: await sumOf(
        "select -sum(amount_minor)::float8 as n from commissions where programme_id = $1 and kind = 'minimum_fee'",
      ),
    }).toEqual({
      payouts: expected.reduce((sum, { amount }) => sum + amount, 0),
      fees,
      charged,
    });
    const asked =
      'select count(*)::float8 as n from batches where programme_id = $1 and (execute_requested_at is not null or required_approvals < 1)';
    expect(await sumOf(asked)).toBe(0);
    expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
    const again = await bursar(
      'backfill',
      '--programme',
      programme.id,
      ...span,
      '--wait',
      '--json',
    );
    expect(jsonOf(again)).toMatchObject({ backfill: { periods: 0, batches: 0 } });
  },
);
