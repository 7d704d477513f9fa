import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { closeBatch } from '../../db/queries/close-batch.ts';
import { acquireSlot } from '../../db/queries/slot.ts';
import { updateAccount } from '../../db/queries/write-account.ts';
import { resolvePayment } from '../../db/queries/resolve-payment.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { testVault } from '../support/vault.ts';
import { retryPayments } from '../../db/queries/retry-payments.ts';
import { sentPayments, statesOf } from '../support/sent-payments.ts';
import { failure, forGood, holdBooks } from '../support/hold-books.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
const {
  one,
  release,
  payeeOf,
  breaches,
  claim,
  end,
  settled,
  accountOf,
  failedHolds,
  changeDetails,
  failedPayment,
} = holdBooks(() => db);

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('a failure for good holds the account for later batches, and says which', async () => {
  const payment = await failedPayment();
  const account = await accountOf(payment.id);
  expect(account.failed_hold).toBe(true);
  expect(await failedHolds(account.payee_id)).toMatchObject([
    {
      accountId: account.id,
      owner: 'payee',
      createdBy: 'system',
      releasedAt: null,
      reason: 'The last payment failed for good: invalid_account',
    },
  ]);
  expect(await payeeOf(account.payee_id)).toEqual({ hold_reason: null, hold_kind: null });
});

test('other details end it; the same account without a change does not', async () => {
  const payment = await failedPayment();
  const { id, payee_id: payeeId } = await accountOf(payment.id);
  await updateAccount(db, testVault, 'mock', id, { kycStatus: 'APPROVED' }, SYSTEM);
  expect((await accountOf(payment.id)).failed_hold).toBe(true);
  await changeDetails(payeeId);
  expect((await accountOf(payment.id)).failed_hold).toBe(false);
  expect(await failedHolds(payeeId)).toMatchObject([
    { releasedBy: 'system', releaseReason: 'details changed' },
  ]);
});

test('a person ends it too', async () => {
  const payment = await failedPayment();
  const { payee_id: payeeId } = await accountOf(payment.id);
  const [hold] = await failedHolds(payeeId);
  await release(hold?.id ?? '');
  expect((await accountOf(payment.id)).failed_hold).toBe(false);
});

test('a retry by a person goes through, and its arrival ends the hold', async () => {
  const payment = await failedPayment();
  await closeBatch(db, payment.batchId);
  expect(await retryPayments(db, payment.batchId, [payment.id], 'key:test')).toBe(1);
  expect(await acquireSlot(db, payment.batchId)).toBe(true);
  expect(await claim(payment.batchId, 2)).toEqual(new Set([payment.id]));
  expect((await accountOf(payment.id)).failed_hold).toBe(true);
  await settled(payment.id, 2);
  const { payee_id: payeeId, failed_hold: held } = await accountOf(payment.id);
  expect(held).toBe(false);
  expect(await failedHolds(payeeId)).toMatchObject([{ releaseReason: 'paid' }]);
  await end(payment.batchId);
});

test('what is tried again by itself, was declared by a person or failed before a change holds nothing', async () => {
  const later = await failedPayment({
    kind: 'FAILED_RETRYABLE',
    failure,
    providerPaymentId: null,
    retry: { afterMs: 3_600_000, times: 2 },
  });
  expect((await accountOf(later.id)).failed_hold).toBe(false);

  const unknown = await failedPayment({ kind: 'AMBIGUOUS', code: 'timeout' });
  await resolvePayment(db, {
    paymentId: unknown.id,
    verdict: 'not_paid',
    reason: 'asked them',
    providerPaymentId: null,
    quietMs: -1_000,
    actor: SYSTEM,
  });
  expect((await statesOf(db, [unknown])).get(unknown.id)).toBe('FAILED');
  expect((await accountOf(unknown.id)).failed_hold).toBe(false);

  const [accepted] = await sentPayments(db, 1);
  const id = accepted?.id ?? '';
  await changeDetails((await accountOf(id)).payee_id);
  await recordOutcomes(
    db,
    [toVerdict({ paymentId: id, generation: 1, failures: 0 }, forGood)],
    null,
  );
  expect((await statesOf(db, [{ id }])).get(id)).toBe('FAILED');
  expect((await accountOf(id)).failed_hold).toBe(false);
});

test('500 failures in one statement hold 500 accounts, and their arrival ends all of them', async () => {
  const payments = await sentPayments(db, 500, () => forGood);
  const held = () =>
    one(
      z.object({ n: z.bigint() }),
      'select count(*) as n from accounts a join payments p on p.account_id = a.id where p.batch_id = $1 and a.failed_hold',
      payments[0]?.batchId ?? '',
    );
  expect(await held()).toEqual({ n: 500n });
  const { batchId } = payments[0] ?? { batchId: '' };
  await closeBatch(db, batchId);
  await retryPayments(db, batchId, null, 'key:test');
  expect(await acquireSlot(db, batchId)).toBe(true);
  await claim(batchId, 2);
  const arrived = payments.map(({ id }) =>
    toVerdict(
      { paymentId: id, generation: 2, failures: 0 },
      { kind: 'SETTLED', providerPaymentId: `mp2_${id}` },
    ),
  );
  await recordOutcomes(db, arrived, null);
  expect(await held()).toEqual({ n: 0n });
  await end(batchId);
  expect(await breaches()).toEqual([]);
});
