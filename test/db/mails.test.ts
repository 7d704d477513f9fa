import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { SYSTEM } from '../../db/queries/actor.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { holdPayments } from '../../db/queries/hold-payments.ts';
import { queueIfCleared, requestExecution } from '../../db/queries/queue-batch.ts';
import { recordOutcomes, toVerdict, type Verdict } from '../../db/queries/record-outcomes.ts';
import { yieldSlot } from '../../db/queries/pause-batch.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { cancelBatch } from '../../db/queries/stop-batch.ts';
import { setMailsEnabled } from '../../db/queries/send-mails.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { toFailure } from '../../providers/taxonomy.ts';
import { MOCK_FAILURES } from '../../providers/mock/failures.ts';
import { useMailStage } from '../support/mail-stage.ts';
import { sentPayments, type SentPayment } from '../support/sent-payments.ts';
import { z } from 'zod';

const stage = useMailStage();

afterEach(() => setMailsEnabled(stage.db, true));

const payeesOf = async (payments: readonly SentPayment[]) => {
  const rows = await stage.db.run(
    z.object({ payee_id: z.string() }),
    'select payee_id from payments where id = any($1) order by ordinal',
    [payments.map(({ id }) => id)],
  );
  return rows.map(({ payee_id }) => payee_id);
};
const eventsTo = async (payeeIds: readonly string[]) =>
  (await stage.mailsTo(payeeIds)).map(({ event, subject }) => `${event} ${subject}`);
/** Records an outcome twice, as a repetition after a lost answer would. */
async function record({ id }: SentPayment, outcome: Outcome, more: Partial<Verdict> = {}) {
  const verdict = {
    ...toVerdict({ paymentId: id, generation: 1, failures: 0 }, outcome),
    ...more,
  };
  await recordOutcomes(stage.db, [verdict], null);
  await recordOutcomes(stage.db, [verdict], null);
}
const settled = ({ providerPaymentId }: SentPayment) =>
  ({ kind: 'SETTLED', providerPaymentId }) as const;
const failure = (code: string) => toFailure(MOCK_FAILURES, code);

test('a batch that is queued writes to each of its payees, once however often it is queued', async () => {
  const { batchId, payeeIds } = await stage.batch(2);
  expect(await stage.mailsTo(payeeIds)).toEqual([]);
  await requestExecution(stage.db, { batchId, actor: SYSTEM });
  await requestExecution(stage.db, { batchId, actor: SYSTEM });
  const mails = await stage.mailsTo(payeeIds);
  expect(mails).toHaveLength(2);
  expect(mails[0]).toMatchObject({
    event: 'scheduled',
    subject: expect.stringMatching(/^pay_[0-9a-f]{32}$/),
    data: { amount: '10000', currency: 'USD' },
    status: 'PENDING',
  });
  expect(mails[0]?.id).toMatch(/^mai_[0-9a-f]{32}$/);
  await acquireSlot(stage.db, batchId);
  await yieldSlot(stage.db, batchId, 'for the test', true);
  await acquireSlot(stage.db, batchId);
  await cancelBatch(stage.db, batchId, 'key:test', 'not today');
  await releaseSlot(stage.db, batchId);
  // What a person cancels is no failure.
  expect(await stage.mailsTo(payeeIds)).toHaveLength(2);
});

test('in a very large batch each payment is told of when it is first sent', async () => {
  const { batchId, payeeIds } = await stage.batch(2);
  await stage.run('update batches set payment_count = 20001 where id = $1', [batchId]);
  await requestExecution(stage.db, { batchId, actor: SYSTEM });
  expect(await stage.mailsTo(payeeIds)).toEqual([]);
  await acquireSlot(stage.db, batchId);
  const [first] = await stage.db.run(
    z.object({ id: z.string(), seen_at: z.string() }),
    'select id, updated_at::text as seen_at from payments where batch_id = $1 order by ordinal limit 1',
    [batchId],
  );
  if (!first) throw new Error('there is no payment');
  const claim = {
    paymentId: first.id,
    generation: 1,
    requestHash: 'hash',
    requestSealed: null,
    seenAt: first.seen_at,
  };
  await claimAttempts(stage.db, batchId, [claim], 'fence');
  await claimAttempts(stage.db, batchId, [claim], 'fence');
  expect(await eventsTo(payeeIds)).toEqual([`scheduled ${first.id}`]);
  await cancelBatch(stage.db, batchId, 'key:test', 'not today');
  await releaseSlot(stage.db, batchId);
});

test('a batch that is cleared for later tells the day then, and nothing more when it is queued', async () => {
  const { batchId, payeeIds } = await stage.batch(1, {
    scheduledFor: new Date('2099-11-30T12:00:00Z'),
  });
  await requestExecution(stage.db, { batchId, actor: SYSTEM });
  expect(await stage.mailsTo(payeeIds)).toMatchObject([
    { event: 'scheduled', data: { scheduledFor: '2099-11-30T12:00:00Z' } },
  ]);
  await stage.run('update batches set scheduled_for = now() where id = $1', [batchId]);
  expect(await queueIfCleared(stage.db, batchId, SYSTEM)).toBe('QUEUED');
  expect(await stage.mailsTo(payeeIds)).toHaveLength(1);
  await cancelBatch(stage.db, batchId, 'key:test', 'not today');
});

test('paid, failed, used up and returned payments are told of once; one that is tried again is not', async () => {
  const payments = await sentPayments(stage.db, 5);
  const [paid, failed, usedUp, returned, again] = payments;
  if (!paid || !failed || !usedUp || !returned || !again) throw new Error('too few payments');
  const payees = await payeesOf(payments);
  const { providerPaymentId } = failed;
  await record(paid, settled(paid));
  await record(failed, {
    kind: 'FAILED_FINAL',
    failure: failure('invalid_recipient'),
    providerPaymentId,
  });
  await record(
    usedUp,
    { kind: 'RETRY_SAME_KEY', code: 'rate_limited', burnsRetry: true, retryAfterMs: null },
    { verdict: 'EXHAUSTED' },
  );
  await record(returned, settled(returned));
  await record(returned, {
    kind: 'RETURNED',
    failure: failure('returned'),
    providerPaymentId: returned.providerPaymentId,
  });
  await record(again, {
    kind: 'FAILED_RETRYABLE',
    failure: failure('temporary_failure'),
    providerPaymentId,
    retry: { afterMs: 3_600_000, times: 3 },
  });
  const of = async (place: number) => eventsTo(payees.slice(place, place + 1));
  expect(await of(0)).toEqual([`scheduled ${paid.id}`, `paid ${paid.id}`]);
  expect(await of(1)).toEqual([`scheduled ${failed.id}`, `failed ${failed.id}/1`]);
  expect(await of(2)).toEqual([`scheduled ${usedUp.id}`, `failed ${usedUp.id}/1`]);
  expect(await of(3)).toEqual([
    `scheduled ${returned.id}`,
    `paid ${returned.id}`,
    `failed ${returned.id}/1`,
  ]);
  expect(await of(4)).toEqual([`scheduled ${again.id}`]);
  const data = (await stage.mailsTo(payees)).flatMap((mail) =>
    mail.event === 'failed' ? [mail.data] : [],
  );
  const common = { amount: '10000', currency: 'USD', provider: 'mock' };
  expect(data).toEqual([
    { ...common, kind: 'failed', providerCode: 'invalid_recipient' },
    { ...common, kind: 'cancelled', providerCode: 'rate_limited' },
    { ...common, kind: 'returned', providerCode: 'returned' },
  ]);
});

test('a payment that the payee has to see to is asked for; one that is held for another reason is not', async () => {
  const { batchId, payeeIds } = await stage.batch(4);
  const payments = await stage.db.run(
    z.object({ id: z.string(), payee_id: z.string() }),
    'select id, payee_id from payments where batch_id = $1 order by ordinal',
    [batchId],
  );
  await stage.run("update accounts set kyc_status = 'REJECTED' where payee_id = $1", [
    payments[1]?.payee_id,
  ]);
  for (const [place, reason] of (
    ['kyc', 'kyc', 'account_changed', 'payee_hold'] as const
  ).entries()) {
    const held = [{ paymentId: payments[place]?.id ?? '', why: 'for the test' }];
    await holdPayments(stage.db, held, reason);
    await holdPayments(stage.db, held, reason);
  }
  const mails = await stage.mailsTo(payeeIds);
  expect(mails.map(({ event, data }) => [event, data['code'], data['amount']])).toEqual([
    ['action_needed', 'kyc_pending', '10000'],
    ['action_needed', 'kyc_rejected', '10000'],
    ['action_needed', 'account_changed', '10000'],
  ]);
});

/** Leaves payees out of a batch of their own, by one statement. */
const leaveOut = async (payeeIds: readonly string[], code: string) => {
  const { batchId } = await stage.batch(1);
  await stage.run(
    'insert into batch_exclusions (batch_id, payee_id, code) select $1, unnest($2::text[]), $3',
    [batchId, payeeIds, code],
  );
};

test('a payee that is left out is asked once in seven days, and anew where its account has changed', async () => {
  const { payeeIds } = await stage.batch(1);
  const count = async () => (await stage.mailsTo(payeeIds)).length;
  const older = (days: number) =>
    stage.run(
      "update payee_mails set created_at = created_at - $2::int * interval '1 day' where payee_id = any($1)",
      [payeeIds, days],
    );
  await leaveOut(payeeIds, 'kyc_pending');
  await leaveOut(payeeIds, 'kyc_pending');
  expect(await count()).toBe(1);
  await leaveOut(payeeIds, 'below_minimum');
  await leaveOut(payeeIds, 'payee_hold');
  expect(await count()).toBe(1);
  await leaveOut(payeeIds, 'kyc_rejected');
  expect(await count()).toBe(2);
  await older(6);
  await leaveOut(payeeIds, 'kyc_pending');
  expect(await count()).toBe(2);
  await older(1);
  await leaveOut(payeeIds, 'kyc_pending');
  await leaveOut(payeeIds, 'kyc_pending');
  expect(await count()).toBe(3);
  await stage.run('update accounts set changed_at = now() where payee_id = any($1)', [payeeIds]);
  await leaveOut(payeeIds, 'kyc_pending');
  await leaveOut(payeeIds, 'kyc_pending');
  expect(await count()).toBe(4);
});

test('statements at once ask a payee once', async () => {
  const { payeeIds } = await stage.batch(1);
  const [first, second] = [await stage.batch(1), await stage.batch(1)];
  const insert = `insert into batch_exclusions (batch_id, payee_id, code) select $1, unnest($2::text[]), 'no_account'`;
  let other: Promise<unknown> = Promise.resolve();
  await inTransaction(stage.db, 10_000, async (tx) => {
    await tx.run(z.unknown(), insert, [first.batchId, payeeIds]);
    // Sees nothing of the mail above, which is not committed.
    other = stage.run(insert, [second.batchId, payeeIds]);
    await sleep(300);
  });
  await other;
  expect(await stage.mailsTo(payeeIds)).toHaveLength(1);
});

test('nothing is written while payees are not written to', async () => {
  await setMailsEnabled(stage.db, false);
  const payments = await sentPayments(stage.db, 2);
  const payees = await payeesOf(payments);
  for (const payment of payments) await record(payment, settled(payment));
  const { batchId, payeeIds } = await stage.batch(2);
  const [held] = await stage.db.run(
    z.object({ id: z.string() }),
    'select id from payments where batch_id = $1 limit 1',
    [batchId],
  );
  await holdPayments(stage.db, [{ paymentId: held?.id ?? '', why: 'for the test' }], 'kyc');
  await leaveOut(payeeIds, 'no_account');
  expect(await stage.mailsTo([...payees, ...payeeIds])).toEqual([]);
  // Nor is it made up for.
  await setMailsEnabled(stage.db, true);
  await setMailsEnabled(stage.db, true);
  expect(await stage.mailsTo([...payees, ...payeeIds])).toEqual([]);
});
