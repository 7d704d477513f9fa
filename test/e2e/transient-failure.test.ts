import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  submissionsOf,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

const paymentsSchema = z.object({
  payments: z.array(
    z.object({
      id: z.string(),
      accountRef: z.string(),
      status: z.string(),
      failureCode: z.string().nullable(),
      failureReason: z.string().nullable(),
    }),
  ),
});

test('a payment that always fails is sent four times after 1, 2 and 4 s, then CANCELLED; the 99 others once', async () => {
  const names = await importPayees(caller, 'flaky', 100);
  const [unlucky = ''] = names;
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: unlucky },
      probability: 1,
      effect: 'status_before',
      status: 503,
    },
  ]);
  const batchId = await makeBatch(caller);
  const batch = await payOut(caller, batchId, 120_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 99, CANCELLED: 1 });
  expect(batch.status).toBe('COMPLETED');

  const answer = await caller.get(`/batches/${batchId}/payments?status=CANCELLED`);
  const [payment] = paymentsSchema.parse(answer.body).payments;
  expect(payment).toMatchObject({ accountRef: unlucky, failureCode: 'retries_exhausted' });
  expect(payment?.failureReason).toMatch(/no try is left/);

  const sends = await submissionsOf(stack);
  const mine = sends.filter(({ reference }) => reference?.startsWith(payment?.id ?? 'none'));
  const at = mine.map((send) => Date.parse(send.at));
  const waits = at.slice(1).map((instant, index) => instant - (at[index] ?? 0));
  expect(waits).toHaveLength(3);
  [1_000, 2_000, 4_000].forEach((leastMs, index) =>
    expect(waits[index]).toBeGreaterThanOrEqual(leastMs),
  );
  expect(new Set(mine.map(({ reference }) => reference)).size).toBe(1);
  expect(sends).toHaveLength(99 + 4);
  expect(await transfersOf(stack)).toHaveLength(99);
  await expectBooksAgree(stack);

  await setFaults(stack, []);
  const again = await caller.post(`/batches/${batchId}/retry`);
  expect(again.status).toBe(202);
  const healed = await payUntilPaid(batchId);
  expect(healed.counts).toMatchObject({ COMPLETED: 100 });
  await expectBooksAgree(stack);
});

async function payUntilPaid(batchId: string) {
  await untilBatch(caller, batchId, ['QUEUED', 'PROCESSING', 'SETTLING'], 20_000);
  return untilBatch(caller, batchId);
}
