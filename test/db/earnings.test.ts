import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { adoptConversions } from '../../db/queries/ingest-conversions.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { matureCommissions } from '../../db/queries/mature-commissions.ts';
import { queueRejudgement } from '../../db/queries/queue-calculations.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { programmeOf, TEN_PERCENT, WHOLE_TIERS, type TestProgramme } from '../support/earnings.ts';
import { insertPayee } from '../support/releases.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const numberOf = async (text: string, values: unknown[] = []): Promise<number> => {
  const row = z.object({ n: z.union([z.bigint(), z.number()]) });
  return Number((await db.run(row, text, values))[0]?.n ?? 0);
};

/** Whatever a test has done, the books hold. */
async function expectSound(): Promise<void> {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
}

test('conversions become commissions once, payable after the holding time, with terms and audit row', async () => {
  const programme = await programmeOf(db);
  const ruleId = await programme.rule({ ...TEN_PERCENT, holdingDays: 30 });
  const first = await programme.conversion({ at: '2026-03-05T10:00:00Z', amount: 12_345 });
  const pending = await programme.conversion({ at: '2026-03-06T10:00:00Z', status: 'PENDING' });
  expect(await programme.calculate()).toEqual({ payees: 1, conversions: 2, commissions: 1 });
  expect(await programme.commissions()).toMatchObject([
    {
      conversion_id: first,
      amount_minor: 1_235n,
      kind: 'commission',
      status: 'PENDING',
      earned_at: '2026-03-05 10:00:00+00',
      available_at: '2026-04-04 10:00:00+00',
    },
  ]);
  expect(await programme.decided(pending)).toEqual(['not_confirmed 0']);
  const terms = await db.run(
    z.object({ sources: z.unknown(), terms: z.unknown() }),
    `select t.sources, t.terms from conversion_decisions d join calculation_terms t on t.id = d.terms_id where d.conversion_id = $1`,
    [first],
  );
  const source = { ruleId, version: 1 };
  expect(terms).toMatchObject([
    { sources: { commission: source, holdingDays: source }, terms: { holdingDays: 30 } },
  ]);
  const told = `select count(*) as n from audit_logs where action = 'commission.calculated' and details->>'programmeId' = $1`;
  expect(await numberOf(told, [programme.id])).toBe(1);
  expect(await programme.queued()).toEqual([]);
  expect(await programme.calculate()).toEqual({ payees: 0, conversions: 0, commissions: 0 });
  await programme.queue(programme.payeeId, '2026-01-01T00:00:00Z');
  expect(await programme.calculate()).toEqual({ payees: 1, conversions: 0, commissions: 0 });
  expect(await numberOf(told, [programme.id])).toBe(1);
  await programme.setStatus(pending, 'APPROVED');
  await programme.calculate();
  expect(await programme.earned(pending)).toEqual(['commission 1000']);
});

test('a whole tier that is reached later raises what came before, and a refund lowers it again', async () => {
  const programme = await programmeOf(db);
  await programme.rule(WHOLE_TIERS);
  const before = await programme.conversion({ at: '2026-02-28T23:59:59Z', amount: 50_000 });
  const first = await programme.conversion({ at: '2026-03-01T00:00:00Z', amount: 60_000 });
  await programme.calculate('2026-03-02T00:00:00Z');
  const second = await programme.conversion({ at: '2026-03-10T00:00:00Z', amount: 40_000 });
  await programme.calculate('2026-03-10T00:00:00Z');
  expect(await programme.earned(before)).toEqual(['commission 5000']);
  expect(await programme.earned(first)).toEqual(['commission 6000', 'adjustment 6000']);
  expect(await programme.earned(second)).toEqual(['commission 8000']);
  await programme.reverse(second, 10_000, '2026-03-12T00:00:00Z');
  await programme.calculate('2026-03-12T00:00:00Z');
  expect(await programme.earned(first)).toEqual([
    'commission 6000',
    'adjustment 6000',
    'adjustment -6000',
  ]);
  expect(await programme.earned(second)).toEqual(['commission 8000', 'clawback -5000']);
  await expectSound();
});

const MARGINAL_TIERS = {
  commission: [
    {
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'quarter',
        mode: 'marginal',
        tiers: [
          { from: 0, to: 20_000, rate: { kind: 'percentage', bps: 500 } },
          { from: 20_000, to: null, rate: { kind: 'percentage', bps: 1_500 } },
        ],
      },
    },
  ],
};

/** What each conversion came to in the end, by its external id without the programme. */
const outcomeOf = async (programme: TestProgramme): Promise<unknown> =>
  db.run(
    z.object({ name: z.string(), net: z.bigint() }),
    `select split_part(c.external_id, ':', 2) as name, coalesce(sum(k.amount_minor), 0)::bigint as net
     from conversions c left join commissions k on k.conversion_id = c.id
     where c.programme_id = $1 group by c.external_id order by c.external_id collate "C"`,
    [programme.id],
  );

test('a late conversion moves what came after it, and the order of arrival makes no difference', async () => {
  const days = [3, 9, 14, 20, 27, 41, 60].map((day) => new Date(Date.UTC(2026, 0, day)));
  const outcomes = [];
  for (const order of [days, days.toReversed(), [...days.slice(3), ...days.slice(0, 3)]]) {
    const programme = await programmeOf(db);
    await programme.rule(MARGINAL_TIERS);
    for (const at of order) {
      const externalId = `${programme.id}:${at.toISOString()}`;
      await programme.conversion({ at: at.toISOString(), amount: 7_777, externalId });
      await programme.calculate();
    }
    outcomes.push(await outcomeOf(programme));
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[2]).toEqual(outcomes[0]);
  await expectSound();
});

test('refunds before and after the commission, partial and whole, and a cancellation', async () => {
  const programme = await programmeOf(db);
  await programme.rule({ ...TEN_PERCENT, holdingDays: 10 });
  const at = '2026-05-01T00:00:00Z';
  const [early, partial, whole, cancelled] = [
    await programme.conversion({ at }),
    await programme.conversion({ at }),
    await programme.conversion({ at }),
    await programme.conversion({ at }),
  ];
  await programme.reverse(early, 4_000, '2026-05-02T00:00:00Z');
  await programme.calculate('2026-05-03T00:00:00Z');
  await programme.reverse(partial, 2_500, '2026-05-04T00:00:00Z');
  await programme.reverse(whole, 10_000, '2026-05-04T00:00:00Z');
  await programme.setStatus(cancelled, 'CANCELLED');
  await programme.calculate('2026-05-05T00:00:00Z');
  expect(await programme.earned(early)).toEqual(['commission 600']);
  expect(await programme.earned(partial)).toEqual(['commission 1000', 'clawback -250']);
  expect(await programme.earned(whole)).toEqual(['commission 1000', 'clawback -1000']);
  expect(await programme.earned(cancelled)).toEqual(['commission 1000', 'clawback -1000']);
  expect(await programme.decided(whole)).toEqual(['counts 1000', 'refunded 0']);
  expect(await programme.decided(cancelled)).toEqual(['counts 1000', 'cancelled 0']);
  const clawbacks = (await programme.commissions()).filter(({ kind }) => kind === 'clawback');
  expect(clawbacks.map(({ available_at }) => available_at)).toEqual(
    clawbacks.map(() => '2026-05-11 00:00:00+00'),
  );
  await matureCommissions(db);
  await expectSound();
  await programme.reverse(partial, 7_500, '2026-06-01T00:00:00Z');
  await programme.calculate();
  await matureCommissions(db);
  expect(await programme.netMinor()).toBe(600n);
  expect((await programme.commissions()).every(({ status }) => status === 'APPROVED')).toBe(true);
  await expectSound();
});

test('a changed rule changes nothing that was made; judged anew, the differences are adjustments', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  const old = await programme.conversion({ at: '2026-02-01T00:00:00Z' });
  const other = await programme.conversion({ at: '2026-04-01T00:00:00Z' });
  await programme.calculate();
  await db.run(
    z.unknown(),
    "update payout_rule_versions set effective_to = '2026-01-01' where rule_id in (select id from payout_rules where programme_id = $1)",
    [programme.id],
  );
  const twenty = { commission: [{ rate: { kind: 'percentage', bps: 2_000 } }] };
  await programme.rule(twenty, '2026-01-01T00:00:00Z');
  await programme.queue(programme.payeeId, '2026-01-01T00:00:00Z');
  expect(await programme.calculate()).toMatchObject({ payees: 1, conversions: 0, commissions: 0 });
  await programme.reverse(old, 5_000, '2026-02-02T00:00:00Z');
  await programme.calculate();
  expect(await programme.earned(old)).toEqual(['commission 1000', 'clawback -500']);
  expect(await queueRejudgement(db, programme.id, new Date('2026-03-01'), SYSTEM)).toBe(1);
  await programme.calculate();
  expect(await programme.earned(old)).toEqual(['commission 1000', 'clawback -500']);
  expect(await programme.earned(other)).toEqual(['commission 1000', 'adjustment 1000']);
  expect(await queueRejudgement(db, programme.id, new Date('2026-01-01'), SYSTEM)).toBe(1);
  await programme.calculate();
  expect(await programme.earned(old)).toEqual([
    'commission 1000',
    'clawback -500',
    'adjustment 500',
  ]);
  await queueRejudgement(db, programme.id, new Date('2026-01-01'), SYSTEM);
  expect(await programme.calculate()).toMatchObject({ conversions: 0, commissions: 0 });
  await expectSound();
});

const WITH_MINIMUM = {
  ...TEN_PERCENT,
  fee: {
    bearer: 'payee',
    rates: [{ rate: { kind: 'percentage', bps: 200 } }],
    monthlyMinimums: [{ currency: 'USD', amount: 500 }],
  },
};

test('a minimum fee is charged once, when the month of the zone has ended, and corrected after a refund', async () => {
  const programme = await programmeOf(db, { zone: 'Europe/Berlin' });
  await programme.rule(WITH_MINIMUM);
  // Still February in UTC, but March in Berlin.
  const first = await programme.conversion({ at: '2026-02-28T23:30:00Z', amount: 10_000 });
  await programme.calculate('2026-03-10T00:00:00Z');
  expect(await programme.queued()).toEqual(['2026-03-31 22:00:00 from 2026-02-28 23:00:00']);
  await programme.calculate('2026-03-31T21:59:59Z');
  expect(await programme.commissions()).toHaveLength(1);
  await programme.calculate('2026-03-31T22:00:00Z');
  const charged = async () =>
    (await programme.commissions()).filter(({ kind }) => kind === 'minimum_fee');
  expect(await charged()).toMatchObject([
    { amount_minor: -300n, earned_at: '2026-03-31 22:00:00+00', conversion_id: null },
  ]);
  expect(await programme.queued()).toEqual([]);
  await programme.queue(programme.payeeId, '2026-03-01T00:00:00Z');
  expect(await programme.calculate('2026-04-02T00:00:00Z')).toMatchObject({ commissions: 0 });
  await programme.reverse(first, 5_000, '2026-04-03T00:00:00Z');
  await programme.calculate('2026-04-03T00:00:00Z');
  expect((await charged()).map(({ amount_minor }) => amount_minor)).toEqual([-300n, -100n]);
  await expectSound();
  await programme.reverse(first, 5_000, '2026-04-04T00:00:00Z');
  await programme.calculate('2026-04-04T00:00:00Z');
  expect((await charged()).map(({ amount_minor }) => amount_minor)).toEqual([-300n, -100n, 400n]);
  expect(await programme.netMinor()).toBe(0n);
  await expectSound();
});

test('an affiliate that was unknown earns once it is registered', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  const conversion = await programme.conversion({ at: '2026-01-05T00:00:00Z', payeeId: null });
  expect(await programme.calculate()).toEqual({ payees: 0, conversions: 1, commissions: 0 });
  expect(await programme.calculate()).toEqual({ payees: 0, conversions: 0, commissions: 0 });
  expect(await programme.decided(conversion)).toEqual(['unknown_affiliate 0']);
  const payeeId = await insertPayee(db);
  await db.run(z.unknown(), "update payees set external_id = 'stranger' where id = $1", [payeeId]);
  expect(await adoptConversions(db, ['stranger'])).toBe(1);
  await programme.calculate();
  expect(await programme.decided(conversion)).toEqual(['unknown_affiliate 0', 'counts 1000']);
  expect(await programme.earned(conversion)).toEqual(['commission 1000']);
  await db.run(z.unknown(), 'update payees set external_id = id where id = $1', [payeeId]);
});

test('what happens later does not count before its time, and is looked at when it has come', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  const early = await programme.conversion({ at: '2026-01-05T00:00:00Z' });
  const late = await programme.conversion({ at: '2026-01-15T00:00:00Z' });
  await programme.reverse(early, 4_000, '2026-01-20T00:00:00Z');
  await programme.calculate('2026-01-10T00:00:00Z');
  expect(await programme.earned(early)).toEqual(['commission 1000']);
  expect(await programme.decided(late)).toEqual([]);
  expect(await programme.queued()).toEqual(['2026-01-15 00:00:00 from 2026-01-05 00:00:00']);
  expect(await programme.calculate('2026-01-14T23:59:59Z')).toMatchObject({ payees: 0 });
  await programme.calculate('2026-01-19T00:00:00Z');
  expect(await programme.earned(late)).toEqual(['commission 1000']);
  expect(await programme.queued()).toEqual(['2026-01-20 00:00:00 from 2026-01-05 00:00:00']);
  await programme.calculate('2026-01-20T00:00:00Z');
  expect(await programme.earned(early)).toEqual(['commission 1000', 'clawback -400']);
  expect(await programme.queued()).toEqual([]);
});

test('runs as of each day book what was due then, and come to the same as one run', async () => {
  const both = [await programmeOf(db), await programmeOf(db)] as const;
  const [daily, once] = both;
  for (const programme of both) {
    await programme.rule({ ...WHOLE_TIERS, fee: WITH_MINIMUM.fee });
    for (let day = 1; day <= 60; day += 3) {
      const at = new Date(Date.UTC(2026, 0, day, 12)).toISOString();
      const externalId = `${programme.id}:${at}`;
      const id = await programme.conversion({ at, amount: 17_000, externalId });
      const later = new Date(Date.UTC(2026, 0, day + 8, 6)).toISOString();
      if (day % 2 === 0) await programme.reverse(id, 9_000, later);
    }
  }
  for (let day = 1; day <= 70; day += 1) {
    const asOf = new Date(Date.UTC(2026, 0, day + 1));
    await daily.calculate(asOf.toISOString());
    const early = await numberOf(
      `select count(*) as n from conversions c where c.programme_id = $1 and (c.occurred_at <= $2) <> exists (
         select 1 from conversion_decisions d where d.conversion_id = c.id)`,
      [daily.id, asOf.toISOString()],
    );
    expect(early).toBe(0);
  }
  await once.calculate();
  expect(await outcomeOf(daily)).toEqual(await outcomeOf(once));
  expect(await daily.netMinor()).toBe(await once.netMinor());
  expect(await daily.queued()).toEqual([]);
  const beforeLookBack = await daily.commissions();
  await daily.queue(daily.payeeId, '2026-01-01T00:00:00Z');
  expect(await daily.calculate('2026-01-20T00:00:00Z')).toMatchObject({ payees: 0 });
  expect(await daily.commissions()).toEqual(beforeLookBack);
  await expectSound();
});
