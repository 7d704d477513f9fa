import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { calculateProgramme } from '../../activities/calculate-programme.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { addRuleVersion } from '../../db/queries/add-rule-version.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { insertCommissions } from '../../db/queries/ingest-commissions.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { matureCommissions } from '../../db/queries/mature-commissions.ts';
import { placeHold } from '../../db/queries/place-hold.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { reissuePayment } from '../../db/queries/reissue.ts';
import { retryPayments } from '../../db/queries/retry-payments.ts';
import { cancelPayment } from '../../db/queries/stop-batch.ts';
import { readTerms } from '../../db/rule-terms.ts';
import { inTransaction } from '../../db/transaction.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { RETRIES_EXHAUSTED } from '../../domain/payment.ts';
import { programmeOf, TEN_PERCENT, WHOLE_TIERS } from '../support/earnings.ts';
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

async function expectSound(): Promise<void> {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
}

const amountRow = z.object({ amount_minor: z.bigint() });
const amountsPaid = async (batchId: string) =>
  (
    await db.run(
      amountRow,
      'select amount_minor from payments where batch_id = $1 order by ordinal',
      [batchId],
    )
  ).map(({ amount_minor }) => amount_minor);

const batchOf = (payeeId: string, given: { batchId: string; to?: Date }) =>
  createBatch(db, {
    currency: 'USD',
    provider: 'mock',
    limits: OPEN_LIMITS,
    actor: SYSTEM,
    requiredApprovals: 0,
    affiliateIds: [payeeId],
    ...given,
  });

/** The database, where something else happens behind the first statement that holds such text. */
function interrupted(text: string, happen: () => Promise<unknown>): Db {
  let left = true;
  return new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'run') return value;
      const run: Db['run'] = async (row, statement, ...rest) => {
        const rows = await target.run(row, statement, ...rest);
        if (left && statement.includes(text)) {
          left = false;
          await happen();
        }
        return rows;
      };
      return run;
    },
  });
}

test('a rule that is published during a calculation has all of its period read', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  await programme.conversion({ at: '2026-01-05T00:00:00Z', amount: 90_000 });
  await programme.calculate();
  const late = await programme.conversion({ at: '2026-01-20T00:00:00Z', amount: 20_000 });
  const racing = interrupted('as longest', () =>
    programme.rule(WHOLE_TIERS, '2026-01-15T00:00:00Z'),
  );
  await calculateProgramme(racing, { programmeId: programme.id, asOf: null });
  expect(await programme.earned(late)).toEqual(['commission 4000']);
});

const MINIMUM = {
  fee: {
    bearer: 'payee',
    rates: [{ rate: { kind: 'percentage', bps: 200 } }],
    monthlyMinimums: [{ currency: 'USD', amount: 500 }],
  },
};

const nextMonth = (): string => {
  const now = new Date();
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  return start.toISOString().slice(0, 10);
};

test('a minimum fee that is agreed within a month is charged for it, whenever its conversions came', async () => {
  const programme = await programmeOf(db);
  await programme.rule(TEN_PERCENT);
  const now = new Date().toISOString();
  await programme.conversion({ at: now });
  await programme.calculate();
  expect(await programme.queued()).toEqual([]);
  await addRuleVersion(db, {
    programmeId: programme.id,
    groupName: null,
    payeeId: programme.payeeId,
    ruleId: newId('rule'),
    effectiveFrom: new Date(),
    effectiveTo: null,
    terms: readTerms(MINIMUM),
    note: null,
    begunAt: null,
    actor: SYSTEM,
  });
  await programme.calculate();
  expect(await programme.queued()).toMatchObject([
    expect.stringContaining(`${nextMonth()} 00:00:00 from`),
  ]);
});

test('the end of a month is looked at also where its minimum comes by a later rule', async () => {
  const programme = await programmeOf(db);
  await programme.rule({ ...TEN_PERCENT, ...MINIMUM }, '2026-06-01T00:00:00Z');
  await programme.rule(TEN_PERCENT, '2026-07-01T00:00:00Z');
  await db.run(
    z.unknown(),
    'update payout_rule_versions set effective_from = effective_from where rule_id = $1 and false',
    [programme.id],
  );
  await programme.conversion({ at: '2026-07-05T00:00:00Z' });
  await programme.calculate('2026-07-10T00:00:00Z');
  expect(await programme.queued()).toEqual(['2026-08-01 00:00:00 from 2026-07-01 00:00:00']);
  await programme.rule({ ...TEN_PERCENT, ...MINIMUM }, '2026-07-20T00:00:00Z');
  await programme.calculate('2026-08-01T00:00:00Z');
  expect((await programme.commissions()).map(({ amount_minor }) => amount_minor)).toEqual([
    1_000n,
    -500n,
  ]);
  await expectSound();
});

test('an earning of the caller with any external id keeps nothing from being calculated', async () => {
  const programme = await programmeOf(db);
  await programme.rule({ ...TEN_PERCENT });
  const conversion = await programme.conversion({ at: '2026-01-05T00:00:00Z' });
  await programme.calculate();
  await db.run(
    z.unknown(),
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at)
     select $1, $2 || ':' || 2, $3, 1, 'USD', 'PENDING', now()`,
    [newId('commission'), conversion, programme.payeeId],
  );
  await programme.reverse(conversion, 10_000, '2026-01-06T00:00:00Z');
  await programme.calculate();
  expect(await programme.earned(conversion)).toEqual(['commission 1000', 'clawback -1000']);
});

/** Commissions that are due now; the first one is earned first. */
const due = (payeeId: string, name: string, count: number, amountMinor: bigint) =>
  db.run(
    z.unknown(),
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at)
     select 'com_' || $2 || lpad(i::text, 6, '0'), $2 || '/' || i, $1, $4::bigint, 'USD', 'PENDING',
       timestamptz '2026-01-01' + i * interval '1 day', now() - interval '1 hour'
     from generate_series(1, $3::int) i`,
    [payeeId, name, count, amountMinor],
    { deadlineMs: 60_000 },
  );

test('a payee with many earnings and many debts is still paid', async () => {
  const payeeId = await insertPayee(db);
  await due(payeeId, 'much', 9_000, 100n);
  await matureCommissions(db);
  await due(payeeId, 'back', 1_500, -100n);
  await matureCommissions(db);
  const batchId = newId('batch');
  await batchOf(payeeId, { batchId });
  const [paid = 0n] = await amountsPaid(batchId);
  expect(paid).toBeGreaterThan(0n);
  await expectSound();
});

test('so is one whose earnings came ready to be paid', async () => {
  const payeeId = await insertPayee(db);
  const add = (name: string, amountMinor: bigint, count: number) =>
    insertCommissions(
      db,
      Array.from({ length: count }, (_, place) => ({
        externalId: `${name}/${place}`,
        payeeId,
        amountMinor,
        currency: 'USD',
        status: 'APPROVED' as const,
      })),
      SYSTEM,
    );
  for (let bulk = 0; bulk < 9; bulk += 1) await add(`ready${bulk}`, 100n, 1_000);
  await add('back/1', -100n, 1_000);
  await add('back/2', -100n, 500);
  const batchId = newId('batch');
  await batchOf(payeeId, { batchId });
  const [paid = 0n] = await amountsPaid(batchId);
  expect(paid).toBeGreaterThan(0n);
  await expectSound();
});

test('the largest amounts there are mature, however many of them', async () => {
  const payeeId = await insertPayee(db);
  await due(payeeId, 'vast', 5_001, 9_007_199_254_740_991n);
  expect(await matureCommissions(db)).toBe(5_001);
  await expectSound();
});

const waiting = async () => {
  const rows = await db.run(
    z.object({ n: z.bigint() }),
    "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]?.n;
};

/** Has the commission held first and the other happen right behind it, both while the payee's payables are locked. */
async function holdBefore<T>(payeeId: string, commissionId: string, other: () => Promise<T>) {
  let held: Promise<unknown> = Promise.resolve();
  let done: Promise<T> | undefined;
  await inTransaction(db, 30_000, async (tx) => {
    await tx.run(z.unknown(), 'select id from payables where payee_id = $1 for update', [payeeId]);
    held = placeHold(db, {
      id: newId('hold'),
      subject: 'commission',
      subjectId: commissionId,
      kind: 'manual',
      reason: 'looks odd',
      owner: 'ann',
      expiresAt: null,
      actor: SYSTEM,
    });
    await expect.poll(waiting, { timeout: 20_000 }).toBe(1n);
    done = other();
    await expect.poll(waiting, { timeout: 20_000 }).toBe(2n);
  });
  await held;
  return done;
}

test('what is held while a batch splits its payable is not paid', async () => {
  const payeeId = await insertPayee(db);
  await due(payeeId, 'hold', 5, 100n);
  await matureCommissions(db);
  const batchId = newId('batch');
  const to = new Date('2026-01-03T12:00:00Z');
  await holdBefore(payeeId, 'com_hold000001', () => batchOf(payeeId, { batchId, to }));
  await expectSound();
  expect(await amountsPaid(batchId)).toEqual([100n]);
});

/** A payee whose only payment, of 500, was cancelled. */
async function cancelled(name: string) {
  const payeeId = await insertPayee(db);
  await due(payeeId, name, 5, 100n);
  await matureCommissions(db);
  const batchId = newId('batch');
  await batchOf(payeeId, { batchId });
  const paymentId = `pay_${batchId.slice(4, 28)}00000000`;
  await cancelPayment(db, { paymentId, actor: SYSTEM, reason: 'a test' });
  return { payeeId, batchId, paymentId };
}

test('what is held while its payment is issued again is not paid', async () => {
  const { payeeId, paymentId } = await cancelled('iss');
  const batchId = newId('batch');
  const request = { paymentId, batchId, provider: 'mock', limits: OPEN_LIMITS, actor: SYSTEM };
  await holdBefore(payeeId, 'com_iss000001', () =>
    reissuePayment(db, { ...request, requiredApprovals: 0 }),
  );
  await expectSound();
  expect(await amountsPaid(batchId)).toEqual([400n]);
});

test('a payment is not tried again where a part of it is held in the same moment', async () => {
  const { payeeId, batchId, paymentId } = await cancelled('try');
  await db.run(z.unknown(), 'update payments set failure_code = $2 where id = $1', [
    paymentId,
    RETRIES_EXHAUSTED,
  ]);
  await queueIfCleared(db, batchId, SYSTEM);
  const tried = await holdBefore(payeeId, 'com_try000001', () =>
    retryPayments(db, batchId, [paymentId], 'ann'),
  );
  expect(tried).toBe(0);
  await expectSound();
});
