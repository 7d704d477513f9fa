import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { createBatch, type NewBatch } from '../../db/queries/create-batch.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { previewBatch } from '../../db/queries/preview.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { reissuePayment } from '../../db/queries/reissue.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { cancelPayment } from '../../db/queries/stop-batch.ts';
import { OPEN_LIMITS, type AmountLimits } from '../../domain/eligibility.ts';
import { paymentParts } from '../../domain/payout-limits.ts';
import { insertEarned, insertRule } from '../support/earned.ts';
import { returnedOutcome } from '../support/listing-provider.ts';
import { insertPayee } from '../support/releases.ts';
import { relaxPolicy } from '../support/policy.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  await relaxPolicy(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function make(given: Partial<NewBatch> & { affiliateIds: string[] }) {
  const batchId = newId('batch');
  const request = { currency: 'USD', provider: 'mock', limits: OPEN_LIMITS };
  const input = { ...request, batchId, actor: SYSTEM, requiredApprovals: 0, ...given };
  const { excluded } = await createBatch(db, input);
  return { batchId, excluded, payments: await paymentsOf(batchId) };
}

const paymentRow = z.object({
  id: z.string(),
  amount_minor: z.bigint(),
  commission_count: z.number(),
  ordinal: z.number(),
  seen_at: z.string(),
});
const paymentsOf = (batchId: string) =>
  db.run(
    paymentRow,
    `select id, amount_minor, commission_count, ordinal, updated_at::text as seen_at from payments
     where batch_id = $1 order by ordinal`,
    [batchId],
  );
type PaymentRow = z.infer<typeof paymentRow>;

const amountsOf = (payments: readonly PaymentRow[]) =>
  payments.map(({ amount_minor }) => amount_minor);

async function expectBooksClean(): Promise<void> {
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}

/** Sends payments of a batch; each settles. */
async function pay(batchId: string, payments: readonly PaymentRow[]): Promise<void> {
  await queueIfCleared(db, batchId, SYSTEM);
  expect(await acquireSlot(db, batchId)).toBe(true);
  const claims = payments.map(({ id, seen_at }) => ({
    paymentId: id,
    generation: 1,
    requestHash: 'hash',
    requestSealed: null,
    seenAt: seen_at,
  }));
  const sent = await claimAttempts(db, batchId, claims, 'fence');
  expect(sent.size).toBe(payments.length);
  const verdicts = payments.map(({ id }) =>
    toVerdict(
      { paymentId: id, generation: 1, failures: 0 },
      { kind: 'SETTLED', providerPaymentId: `mp_${id}` },
    ),
  );
  await recordOutcomes(db, verdicts, null);
  await releaseSlot(db, batchId);
}

/** What the books say of a payee: owed by the ledger, and the sum of its free payables. */
async function owedTo(payeeId: string) {
  const [row] = await db.run(
    z.object({ ledger: z.string(), free: z.string() }),
    `select (select coalesce(sum(case side when 'credit' then amount_minor else -amount_minor end), 0)::text
             from ledger_entries where payee_id = $1 and account = 'payee_payable') as ledger,
       (select coalesce(sum(amount_minor), 0)::text from payables where payee_id = $1 and payment_id is null) as free`,
    [payeeId],
  );
  return row;
}

/** A payee with a maximum of its own. */
async function limitedPayee(amountMinor: bigint, maximum: number): Promise<string> {
  const payeeId = await insertPayee(db);
  await insertEarned(db, payeeId, { amountMinor });
  const payout = { maximums: [{ currency: 'USD', amount: maximum }] };
  await insertRule(db, { payout }, { payeeId });
  return payeeId;
}

const cancel = (paymentId: string) =>
  cancelPayment(db, { paymentId, actor: SYSTEM, reason: 'a test' });

test('what is above the maximum is paid in equal parts, each with its own commission', async () => {
  const id = await limitedPayee(250_001n, 100_000);
  const preview = await previewBatch(db, {
    affiliateIds: [id],
    currency: 'USD',
    provider: 'mock',
    limits: OPEN_LIMITS,
  });
  expect(preview.items).toMatchObject([{ totalAmountMinor: 250_001n, payments: 3, code: null }]);
  expect(preview.summary).toMatchObject({ payments: 3, chunks: 1, eligibleAffiliates: 1 });
  const { batchId, payments } = await make({
    affiliateIds: [id],
    previewHash: preview.previewHash,
  });
  expect(amountsOf(payments)).toEqual([83_334n, 83_334n, 83_333n]);
  expect(payments.map(({ commission_count }) => commission_count)).toEqual([2, 1, 1]);
  const parts = await db.run(
    z.object({ external_id: z.string(), amount_minor: z.bigint(), status: z.string() }),
    "select external_id, amount_minor, status from commissions where payee_id = $1 and kind = 'part' order by external_id",
    [id],
  );
  expect(parts).toEqual(
    payments.map(({ id: paymentId, amount_minor }, place) => ({
      external_id: expect.stringMatching(new RegExp(`^${paymentId}/part/[0-9a-f-]{36}$`)),
      amount_minor: place === 0 ? -166_667n : amount_minor,
      status: 'APPROVED',
    })),
  );
  const booked = await db.run(
    z.object({ minor: z.string() }),
    `select sum(case l.side when 'credit' then l.amount_minor else -l.amount_minor end)::text as minor
     from commissions c join ledger_entries l on l.entry_id = c.id || ':earned' and l.account = 'payee_payable'
     where c.payee_id = $1 and c.kind = 'part' group by c.external_id order by c.external_id`,
    [id],
  );
  expect(booked.map(({ minor }) => BigInt(minor))).toEqual(
    parts.map(({ amount_minor }) => amount_minor),
  );
  const [batch] = await db.run(
    z.object({ total_minor: z.bigint(), payment_count: z.number() }),
    'select total_minor, payment_count from batches where id = $1',
    [batchId],
  );
  expect(batch).toEqual({ total_minor: 250_001n, payment_count: 3 });
  expect(await owedTo(id)).toEqual({ ledger: '250001', free: '0' });
  await expectBooksClean();
});

test('the hash of the content tells one payment from several of the same sum', async () => {
  const id = await limitedPayee(30_000n, 10_000);
  const request = { affiliateIds: [id], currency: 'USD', provider: 'mock' };
  const split = await previewBatch(db, { ...request, limits: OPEN_LIMITS });
  const other = await previewBatch(db, {
    ...request,
    limits: { ...OPEN_LIMITS, maximumMinor: 8_000n },
  });
  expect([split.items[0]?.payments, other.items[0]?.payments]).toEqual([3, 4]);
  expect(split.previewHash).not.toBe(other.previewHash);
});

test('parts are exact, at most the maximum, and differ by at most one increment', () => {
  const amounts = fc.record({
    units: fc.bigInt(1n, 10_000_000n),
    step: fc.constantFrom(1n, 5n, 100n, 250n),
    maximum: fc.bigInt(100_000n, 3_000_000n),
  });
  fc.assert(
    fc.property(amounts, ({ units, step, maximum }) => {
      const limits: AmountLimits = { ...OPEN_LIMITS, incrementMinor: step };
      const parts = paymentParts(units * step, maximum, limits);
      if (parts === null) return (units * step) / maximum >= 900n;
      const [first = 0n] = parts;
      const last = parts.at(-1) ?? 0n;
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(units * step);
      expect(first <= maximum && last > 0n && first - last <= step).toBe(true);
      return parts.every((part) => part % step === 0n);
    }),
  );
});

test('the database divides as paymentParts does, for 60 amounts, maximums and increments', async () => {
  const drawn = fc.sample(
    fc.record({
      units: fc.bigInt(200n, 4_000n),
      step: fc.constantFrom(1n, 5n, 100n),
      maximum: fc.integer({ min: 9_000, max: 90_000 }),
    }),
    60,
  );
  for (const { units, step, maximum } of drawn) {
    const id = await limitedPayee(units * step, maximum);
    const limits = { ...OPEN_LIMITS, incrementMinor: step };
    const { payments } = await make({ affiliateIds: [id], limits });
    expect(amountsOf(payments)).toEqual(paymentParts(units * step, BigInt(maximum), limits));
  }
  await expectBooksClean();
});

test('parts that complete, are cancelled, come back and are paid again leave the books clean', async () => {
  const id = await limitedPayee(100_000n, 30_000);
  const { batchId, payments } = await make({ affiliateIds: [id] });
  const [first, second, third, fourth] = payments;
  if (!first || !second || !third || !fourth) throw new Error('not four parts');
  await pay(batchId, [first, second]);
  await expectBooksClean();
  await cancel(third.id);
  await expectBooksClean();
  expect(await owedTo(id)).toEqual({ ledger: '50000', free: '25000' });

  await recordOutcomes(
    db,
    [
      toVerdict(
        { paymentId: first.id, generation: 1, failures: 0 },
        returnedOutcome(`mp_${first.id}`),
      ),
    ],
    null,
  );
  await expectBooksClean();
  expect(await owedTo(id)).toEqual({ ledger: '75000', free: '50000' });

  const again = newId('batch');
  const refused = await reissuePayment(db, {
    paymentId: first.id,
    batchId: again,
    provider: 'mock',
    limits: OPEN_LIMITS,
    actor: SYSTEM,
    requiredApprovals: 0,
  });
  expect([refused, amountsOf(await paymentsOf(again))]).toEqual([null, [25_000n]]);
  await expectBooksClean();

  await cancel(fourth.id);
  await releaseSlot(db, batchId);
  const rest = await make({ affiliateIds: [id] });
  expect(amountsOf(rest.payments)).toEqual([25_000n, 25_000n]);
  await pay(again, await paymentsOf(again));
  await pay(rest.batchId, rest.payments);
  expect(await owedTo(id)).toEqual({ ledger: '0', free: '0' });
  await expectBooksClean();
});

test('a cancelled first part never pays what the other parts have paid', async () => {
  const id = await limitedPayee(90_000n, 30_000);
  const { batchId, payments } = await make({ affiliateIds: [id] });
  const [first, ...others] = payments;
  if (!first) throw new Error('no payment');
  await cancel(first.id);
  await pay(batchId, others);
  const rest = await make({ affiliateIds: [id] });
  expect(amountsOf(rest.payments)).toEqual([30_000n]);
  await expectBooksClean();
});

test('debts stand before what one payment cannot carry', async () => {
  const id = await insertPayee(db);
  for (const count of [6_000, 5_000]) {
    await db.run(
      z.unknown(),
      `with payable as (
         insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
         values ($1, $2, 'USD', $3::int * 100, $3::int, now(), false) returning id
       ),
       earned as (
         insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at)
         select $1 || '/' || n, $1 || '/' || n, $2, 100, 'USD', 'APPROVED', payable.id, now()
         from payable cross join generate_series(1, $3::int) n returning id, payee_id
       )
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       select id || ':earned', line, account, side, 100, 'USD', payee_id
       from earned cross join (values (1, 'commission_expense', 'debit'), (2, 'payee_payable', 'credit')) l (line, account, side)`,
      [newId('payable'), id, count],
    );
  }
  await insertEarned(db, id, { amountMinor: -50_000n });
  const { payments } = await make({ affiliateIds: [id] });
  expect(payments).toMatchObject([{ amount_minor: 550_000n, commission_count: 6_001 }]);
  await expectBooksClean();
});
