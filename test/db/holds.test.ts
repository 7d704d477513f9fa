import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { acquireSlot } from '../../db/queries/slot.ts';
import { cancelPayment } from '../../db/queries/stop-batch.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { inTransaction } from '../../db/transaction.ts';
import { insertPayable } from '../support/rows.ts';
import { expireHolds, listHolds } from '../../db/queries/holds.ts';
import {
  batchesParkedFor,
  batchesParkedTooLong,
  continueParked,
} from '../../db/queries/parked-payments.ts';
import { countRetryable, retryPayments } from '../../db/queries/retry-payments.ts';
import { refusalOf, holdBooks } from '../support/hold-books.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
const {
  one,
  place,
  release,
  payeeOf,
  payableOf,
  paymentOf,
  breaches,
  pass,
  addEarning,
  runningBatch,
  claim,
  end,
  settled,
  changeDetails,
} = holdBooks(() => db);

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('the reason of a payee follows its holds: risk first, else the oldest, none when all are released', async () => {
  const { payeeId } = await insertPayable(db);
  const first = await place('payee', payeeId, { reason: 'first' });
  const second = await place('payee', payeeId, { reason: 'second' });
  expect(await payeeOf(payeeId)).toEqual({ hold_reason: 'first', hold_kind: 'manual' });
  const risk = await place('payee', payeeId, { reason: 'rings', kind: 'risk' });
  expect(await payeeOf(payeeId)).toEqual({ hold_reason: 'rings', hold_kind: 'risk' });
  await release(risk.id);
  await release(first.id);
  expect(await payeeOf(payeeId)).toEqual({ hold_reason: 'second', hold_kind: 'manual' });
  await release(second.id);
  expect(await payeeOf(payeeId)).toEqual({ hold_reason: null, hold_kind: null });
  expect(await refusalOf(release(second.id))).toBe('invalid_state');
});

test('20 holds of one payee at once, all released at once, leave none', async () => {
  const { payeeId } = await insertPayable(db);
  const placed = await Promise.all(Array.from({ length: 20 }, () => place('payee', payeeId)));
  expect((await payeeOf(payeeId)).hold_reason).toBe('looked at');
  await Promise.all(placed.map(({ id }) => release(id)));
  expect((await payeeOf(payeeId)).hold_reason).toBeNull();
});

test('of two holds that are released at once the second sees the first', async () => {
  const { payeeId } = await insertPayable(db);
  const first = await place('payee', payeeId, { reason: 'first' });
  const second = await place('payee', payeeId, { reason: 'second' });
  const waiting = () =>
    one(
      z.object({ n: z.bigint() }),
      "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and $1 <> ''",
      payeeId,
    );
  let other: Promise<unknown> = Promise.resolve();
  await inTransaction(db, 30_000, async (tx) => {
    await tx.run(
      z.unknown(),
      "update holds set released_at = now(), released_by = 'test', release_reason = 'cleared' where id = $1",
      [first.id],
    );
    other = release(second.id);
    await expect.poll(waiting, { timeout: 20_000 }).toEqual({ n: 1n });
  });
  await other;
  expect(await payeeOf(payeeId)).toEqual({ hold_reason: null, hold_kind: null });
});

test('a hold whose time has passed is released by the sweep, with its audit row', async () => {
  const { payeeId } = await insertPayable(db);
  const passed = await place('payee', payeeId, { expiresAt: new Date(Date.now() + 3_600_000) });
  await place('payee', payeeId, { reason: 'stays', expiresAt: new Date(Date.now() + 3_600_000) });
  await pass(passed.id);
  await expireHolds(db);
  expect((await payeeOf(payeeId)).hold_reason).toBe('stays');
  const trail = await db.run(
    z.object({ actor: z.string(), details: z.record(z.string(), z.unknown()) }),
    "select actor, details from audit_logs where action = 'hold.released' and details->>'holdId' = $1",
    [passed.id],
  );
  expect(trail).toMatchObject([
    { actor: 'system', details: { reason: 'expired', subjectId: payeeId } },
  ]);
});

test('an earning that is held leaves its payable for one of its own; the books stay as they are', async () => {
  const { payeeId, payableId, commissionId } = await insertPayable(db, { amountMinor: 700n });
  const held = await addEarning(payeeId, payableId, 300n);
  const hold = await place('commission', held);
  expect(await payableOf(held)).toMatchObject({
    amount_minor: 300n,
    commission_count: 1,
    held: true,
    open: false,
  });
  expect(await payableOf(commissionId)).toMatchObject({
    id: payableId,
    amount_minor: 700n,
    commission_count: 1,
    held: false,
  });
  expect(await breaches()).toEqual([]);
  const { payments, batchId } = await runningBatch([payeeId]);
  expect(await claim(batchId)).toEqual(new Set(payments.map(({ id }) => id)));
  expect(
    await one(
      z.object({ amount_minor: z.bigint() }),
      'select amount_minor from payments where batch_id = $1',
      batchId,
    ),
  ).toEqual({ amount_minor: 700n });
  await settled(payments[0]?.id ?? '');
  await end(batchId);
  await release(hold.id);
  expect(await payableOf(held)).toMatchObject({ amount_minor: 300n, held: false });
  expect(await breaches()).toEqual([]);
});

test('the only earning of a payable is held with it, once however often it is asked', async () => {
  const { payeeId, payableId, commissionId } = await insertPayable(db);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => refusalOf(place('commission', commissionId))),
  );
  expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
  expect(await payableOf(commissionId)).toMatchObject({ id: payableId, held: true, open: false });
  const excluded = await createBatch(db, {
    batchId: newId('batch'),
    actor: SYSTEM,
    limits: OPEN_LIMITS,
    affiliateIds: [payeeId],
    currency: 'USD',
    provider: 'mock',
    requiredApprovals: 0,
  }).then(
    () => 'paid',
    () => 'excluded',
  );
  expect(excluded).toBe('excluded');
});

test('an earning in a payment, one below zero and one that is not there are not held', async () => {
  const claimed = await insertPayable(db);
  const { batchId, payments } = await runningBatch([claimed.payeeId]);
  expect(await refusalOf(place('commission', claimed.commissionId))).toBe('invalid_state');
  await claim(batchId);
  await settled(payments[0]?.id ?? '');
  await end(batchId);
  expect(await refusalOf(place('commission', claimed.commissionId))).toBe('invalid_state');
  const negative = await insertPayable(db, { amountMinor: -500n });
  expect(await refusalOf(place('commission', negative.commissionId))).toBe('invalid_state');
  expect(await refusalOf(place('commission', newId('commission')))).toBe('not_found');
});

test('a held payment is not sent, not continued, not given up and not retried; released, it is paid', async () => {
  const { payeeId } = await insertPayable(db);
  const { batchId, payments } = await runningBatch([payeeId]);
  const id = payments[0]?.id ?? '';
  const hold = await place('payment', id);
  expect(await paymentOf(id)).toMatchObject({ status: 'ON_HOLD', hold_reason: 'manual_hold' });
  expect(await claim(batchId)).toEqual(new Set());
  await end(batchId);
  expect(await batchesParkedFor(db, [payeeId])).toEqual([]);
  expect(await batchesParkedTooLong(db, 0)).not.toContain(batchId);
  expect(await continueParked(db, batchId)).toBe(0);
  expect(await countRetryable(db, batchId, 'key:test')).toBe(0);
  expect(await retryPayments(db, batchId, [id], 'key:test')).toBe(0);
  expect(await refusalOf(place('payment', id))).toBe('invalid_state');
  expect((await release(hold.id)).batchId).toBe(batchId);
  expect(await paymentOf(id)).toEqual({ status: 'PENDING', hold_reason: null, batch: 'QUEUED' });
  expect(await acquireSlot(db, batchId)).toBe(true);
  expect(await claim(batchId)).toEqual(new Set([id]));
  await settled(id);
  await end(batchId);
  expect(await paymentOf(id)).toMatchObject({ status: 'COMPLETED', batch: 'COMPLETED' });
  expect(await breaches()).toEqual([]);
});

test('a payment of a batch that has not begun is held and released there', async () => {
  const { payeeId } = await insertPayable(db);
  const batchId = newId('batch');
  const request = {
    affiliateIds: [payeeId],
    currency: 'USD',
    provider: 'mock',
    requiredApprovals: 0,
  };
  await createBatch(db, { batchId, actor: SYSTEM, limits: OPEN_LIMITS, ...request });
  const { id } = await one(
    z.object({ id: z.string() }),
    'select id from payments where batch_id = $1',
    batchId,
  );
  const hold = await place('payment', id);
  await release(hold.id);
  expect(await paymentOf(id)).toEqual({ status: 'PENDING', hold_reason: null, batch: 'PENDING' });
});

test('an account that was changed during the hold stops the payment after it', async () => {
  const { payeeId } = await insertPayable(db);
  const { batchId, payments } = await runningBatch([payeeId]);
  const id = payments[0]?.id ?? '';
  const hold = await place('payment', id);
  await changeDetails(payeeId);
  await release(hold.id);
  expect(await claim(batchId)).toEqual(new Set());
  expect(await paymentOf(id)).toMatchObject({ status: 'ON_HOLD', hold_reason: 'account_changed' });
  await end(batchId);
});

test('the hold of a payment ends with the payment', async () => {
  const { payeeId } = await insertPayable(db);
  const { batchId, payments } = await runningBatch([payeeId]);
  const id = payments[0]?.id ?? '';
  await place('payment', id);
  await cancelPayment(db, { paymentId: id, actor: SYSTEM, reason: 'given up' });
  const holds = await listHolds(db, { subject: 'payment', subjectId: id, limit: 10 });
  expect(holds).toMatchObject([{ releasedBy: 'system', releaseReason: 'payment cancelled' }]);
  await end(batchId);
});

test('a payment hold that expires queues its batch again', async () => {
  const { payeeId } = await insertPayable(db);
  const { batchId, payments } = await runningBatch([payeeId]);
  const id = payments[0]?.id ?? '';
  const hold = await place('payment', id, { expiresAt: new Date(Date.now() + 3_600_000) });
  await end(batchId);
  await pass(hold.id);
  expect(await expireHolds(db)).toEqual([batchId]);
  expect(await paymentOf(id)).toMatchObject({ status: 'PENDING', batch: 'QUEUED' });
  expect(await acquireSlot(db, batchId)).toBe(true);
  await claim(batchId);
  await settled(id);
  await end(batchId);
});
