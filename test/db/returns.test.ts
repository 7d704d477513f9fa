import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { recordPartialReturns } from '../../db/queries/returns-partial.ts';
import { inTransaction } from '../../db/transaction.ts';
import { returnedOutcome } from '../support/listing-provider.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
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

async function paidPayment(): Promise<SentPayment> {
  const [payment] = await sentPayments(db, 1, (providerPaymentId) => ({
    kind: 'SETTLED',
    providerPaymentId,
  }));
  if (!payment) throw new Error('no payment');
  return payment;
}

const cameBack = (payment: SentPayment, returnedMinor: bigint) =>
  recordPartialReturns(db, [{ paymentId: payment.id, generation: 1, returnedMinor }]);

const linesOf = (payment: SentPayment) =>
  db.run(
    z.object({
      entry: z.string(),
      account: z.string(),
      side: z.string(),
      amount_minor: z.bigint(),
    }),
    `select substr(entry_id, length(payment_id) + 2) as entry, account, side, amount_minor
     from ledger_entries where payment_id = $1 order by created_at, entry_id, line`,
    [payment.id],
  );

const clearingOf = async (payment: SentPayment): Promise<bigint> => {
  const lines = (await linesOf(payment)).filter(({ account }) => account.startsWith('provider'));
  return lines.reduce(
    (sum, { side, amount_minor }) => (side === 'debit' ? sum + amount_minor : sum - amount_minor),
    0n,
  );
};

const casesOf = (payment: SentPayment) =>
  db.run(
    z.object({ kind: z.string(), subject: z.string() }),
    'select kind, subject from cases where payment_id = $1 order by id',
    [payment.id],
  );

async function expectSoundBooks(): Promise<void> {
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}

test('part of a payment comes back in steps: only what is new is booked, each once, with a case', async () => {
  const payment = await paidPayment();
  expect(await cameBack(payment, 300n)).toEqual([payment.id]);
  expect(await cameBack(payment, 300n)).toEqual([]);
  expect(await cameBack(payment, 1_000n)).toEqual([payment.id]);
  expect(await cameBack(payment, 500n)).toEqual([]);
  const booked = (await linesOf(payment)).filter(({ entry }) => entry !== 'settled');
  expect(booked).toEqual([
    { entry: 'returned:300', account: 'provider_clearing/mock', side: 'debit', amount_minor: 300n },
    { entry: 'returned:300', account: 'returned/mock', side: 'credit', amount_minor: 300n },
    {
      entry: 'returned:1000',
      account: 'provider_clearing/mock',
      side: 'debit',
      amount_minor: 700n,
    },
    { entry: 'returned:1000', account: 'returned/mock', side: 'credit', amount_minor: 700n },
  ]);
  expect(await casesOf(payment)).toEqual([
    { kind: 'partial_return', subject: `${payment.id}:returned:300` },
    { kind: 'partial_return', subject: `${payment.id}:returned:1000` },
  ]);
  const audit = await db.run(
    z.object({ action: z.string(), details: z.record(z.string(), z.unknown()) }),
    `select action, details from audit_logs
     where payment_id = $1 and action in ('payment.partly_returned', 'case.opened') order by id`,
    [payment.id],
  );
  const returned = `${payment.id}:returned`;
  expect(audit.map(({ action, details }) => [action, details['more'], details['subject']])).toEqual(
    [
      ['payment.partly_returned', '300', undefined],
      ['case.opened', undefined, `${returned}:300`],
      ['payment.partly_returned', '700', undefined],
      ['case.opened', undefined, `${returned}:1000`],
    ],
  );
  expect((await statesOf(db, [payment])).get(payment.id)).toBe('COMPLETED');
  await expectSoundBooks();
});

test('two at once that saw the same books: one books, and the parts never sum to more than the larger', async () => {
  const payment = await paidPayment();
  const both: Promise<string[]>[] = [];
  // Both have read the books before either may write: the row is held until they wait for it.
  await inTransaction(db, 10_000, async (tx) => {
    await tx.run(z.unknown(), 'select 1 from payments where id = $1 for update', [payment.id]);
    both.push(cameBack(payment, 300n), cameBack(payment, 1_000n));
    await tx.run(z.unknown(), 'select pg_sleep(1)');
  });
  expect((await Promise.all(both)).flat()).toEqual([payment.id]);
  await cameBack(payment, 1_000n);
  expect(await clearingOf(payment)).toBe(1_000n - payment.amountMinor);
  await expectSoundBooks();
});

test('all that came back at last: what had come in parts is not counted twice', async () => {
  const payment = await paidPayment();
  await cameBack(payment, 400n);
  const whole = returnedOutcome(payment.providerPaymentId);
  const verdict = toVerdict({ paymentId: payment.id, generation: 1, failures: 0 }, whole);
  await recordOutcomes(db, [verdict], null);
  expect((await statesOf(db, [payment])).get(payment.id)).toBe('RETURNED');
  expect(await clearingOf(payment)).toBe(0n);
  const parts = (await linesOf(payment)).filter(({ account }) => account === 'returned/mock');
  expect(parts.map(({ side, amount_minor }) => [side, amount_minor])).toEqual([
    ['credit', 400n],
    ['debit', 400n],
  ]);
  await expectSoundBooks();
});

test('a part of what is not paid, or is no part, changes nothing', async () => {
  const [sent] = await sentPayments(db, 1);
  const paid = await paidPayment();
  if (!sent) throw new Error('no payment');
  expect(await cameBack(sent, 100n)).toEqual([]);
  expect(await cameBack(paid, paid.amountMinor)).toEqual([]);
  expect(await cameBack(paid, 0n)).toEqual([]);
  expect((await linesOf(paid)).map(({ entry }) => entry)).toEqual(['settled', 'settled']);
});
