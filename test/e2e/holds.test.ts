import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { openDatabase } from '../../db/client.ts';
import { setCooldown } from '../support/security-policy.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  caller = callerOf(stack);
  const db = openDatabase(stack.databaseUrl);
  await setCooldown(db, 0);
  await db.close();
});
afterAll(() => stack.stop());

const paymentsSchema = z.object({
  batch: z.object({
    payments: z.array(
      z.object({
        id: z.string(),
        affiliateId: z.string(),
        status: z.string(),
        accountId: z.string().nullish(),
      }),
    ),
  }),
});
const paymentsOf = async (batchId: string) =>
  paymentsSchema.parse((await caller.get(`/batches/${batchId}`)).body).batch.payments;

const holdsSchema = z.object({
  holds: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      accountId: z.string().nullable(),
      active: z.boolean(),
      releaseReason: z.string().nullable(),
    }),
  ),
});
const holdsOf = async (id: string) =>
  holdsSchema.parse((await caller.get(`/holds?id=${id}`)).body).holds;

async function hold(subject: string, id: string, given = {}): Promise<string> {
  const answer = await caller.post('/holds', { subject, id, reason: 'looked at', ...given });
  return z.object({ hold: z.object({ id: z.string() }) }).parse(answer.body).hold.id;
}

/** What a batch of this payee would answer. */
const codeOf = async (affiliateId: string) => {
  const answer = await caller.post('/batches/preview', {
    currency: 'USD',
    provider: 'mock',
    affiliateIds: [affiliateId],
  });
  return z
    .object({ preview: z.array(z.object({ code: z.string().nullable() })) })
    .parse(answer.body).preview[0]?.code;
};

const receivedBy = async (recipient: string) =>
  (await transfersOf(stack))
    .filter((one) => one.recipient === recipient && one.status === 'settled')
    .map(({ amount }) => amount);

/** A batch to these payees in which the first is refused for good. */
async function firstRefused(prefix: string, payees: number) {
  await importPayees(caller, prefix, payees);
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: [`${prefix}-1`] },
      probability: 1,
      effect: 'reject',
      code: 'invalid_recipient',
    },
  ]);
  const batchId = await makeBatch(caller);
  const ended = await payOut(caller, batchId);
  expect(ended.counts).toMatchObject({ FAILED: 1, COMPLETED: payees - 1 });
  const failed = (await paymentsOf(batchId)).find(({ status }) => status === 'FAILED');
  if (!failed) throw new Error('nothing failed');
  return { batchId, failed };
}

async function changeAccount(affiliateId: string, accountRef: string): Promise<void> {
  const [found] = (await holdsOf(affiliateId)).filter(({ active }) => active);
  const answer = await fetch(`${stack.apiUrl}/api/disbursement/mock/accounts/${found?.accountId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accountRef }),
  });
  expect(answer.status).toBe(200);
  await caller.post(`/mock/sync`, {});
}

test('after a failure for good the next batch leaves the payee out until the details change', async () => {
  const { failed } = await firstRefused('wrong', 3);
  await caller.post(`/payments/${failed.id}/cancel`, { reason: 'new details are asked for' });
  expect(await codeOf(failed.affiliateId)).toBe('payee_hold');
  await importPayees(caller, 'others', 2);
  const second = await payOut(caller, await makeBatch(caller));
  expect(second).toMatchObject({ status: 'COMPLETED', paymentCount: 2 });

  await changeAccount(failed.affiliateId, 'right-1');
  expect(await holdsOf(failed.affiliateId)).toMatchObject([
    { kind: 'payment_failed', active: false, releaseReason: 'details changed' },
  ]);
  const third = await payOut(caller, await makeBatch(caller));
  expect(third).toMatchObject({ status: 'COMPLETED', paymentCount: 1 });
  expect(await receivedBy('right-1')).toEqual([1_000]);
  expect(await receivedBy('wrong-1')).toEqual([]);
  await expectBooksAgree(stack);
});

test('a retry of the failed payment goes through meanwhile, and ends the hold', async () => {
  const { batchId, failed } = await firstRefused('again', 2);
  await setFaults(stack, []);
  expect(await holdsOf(failed.affiliateId)).toMatchObject([{ active: true }]);
  expect((await caller.post(`/payments/${failed.id}/retry`)).status).toBe(202);
  const paid = () =>
    paymentsOf(batchId).then((all) => all.find(({ id }) => id === failed.id)?.status);
  await expect.poll(paid, { timeout: 60_000 }).toBe('COMPLETED');
  expect(await holdsOf(failed.affiliateId)).toMatchObject([
    { active: false, releaseReason: 'paid' },
  ]);
  await untilBatch(caller, batchId);
  expect(await receivedBy('again-1')).toEqual([1_000]);
  await expectBooksAgree(stack);
});

test('held payments stay while the rest of their batch is paid; released, expired or cancelled they end once', async () => {
  await setFaults(stack, []);
  await importPayees(caller, 'stop', 6);
  const batchId = await makeBatch(caller);
  const [first, second, third] = await paymentsOf(batchId);
  if (!first || !second || !third) throw new Error('payments are missing');
  const firstHold = await hold('payment', first.id);
  await hold('payment', third.id);
  const payeeHold = await hold('payee', second.affiliateId);
  const ended = await payOut(caller, batchId);
  expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 3, ON_HOLD: 3 } });

  const stateOf = (id: string) => async () =>
    (await paymentsOf(batchId)).find((payment) => payment.id === id)?.status;
  await caller.post(`/holds/${payeeHold}/release`, { reason: 'cleared' });
  await expect.poll(stateOf(second.id), { timeout: 60_000 }).toBe('COMPLETED');
  expect(await stateOf(first.id)()).toBe('ON_HOLD');
  await caller.post(`/holds/${firstHold}/release`, { reason: 'cleared' });
  await expect.poll(stateOf(first.id), { timeout: 60_000 }).toBe('COMPLETED');
  await caller.post(`/payments/${third.id}/cancel`, { reason: 'not owed' });
  await expect.poll(stateOf(third.id), { timeout: 60_000 }).toBe('CANCELLED');
  await untilBatch(caller, batchId);
  expect(await holdsOf(third.id)).toMatchObject([
    { active: false, releaseReason: 'payment cancelled' },
  ]);
  await expectBooksAgree(stack);
});

test('a hold of a payment that expires lets it go on, without anybody', async () => {
  await importPayees(caller, 'until', 2);
  const batchId = await makeBatch(caller);
  const [first] = await paymentsOf(batchId);
  if (!first) throw new Error('a payment is missing');
  await hold('payment', first.id, { expiresAt: new Date(Date.now() + 8_000).toISOString() });
  await payOut(caller, batchId);
  const state = () =>
    paymentsOf(batchId).then((all) => all.find(({ id }) => id === first.id)?.status);
  await expect.poll(state, { timeout: 60_000 }).toBe('COMPLETED');
  await untilBatch(caller, batchId);
  expect(await holdsOf(first.id)).toMatchObject([{ active: false, releaseReason: 'expired' }]);
  await expectBooksAgree(stack);
});
