import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  setFaults,
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

const executedSchema = z.object({ result: z.object({ workflowId: z.string() }) });

test('execute called 100 times at once starts one run and gives one answer', async () => {
  await importPayees(caller, 'hundred', 100);
  const batchId = await makeBatch(caller);
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => caller.post(`/batches/${batchId}/execute`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const workflows = answers.map(({ body }) => executedSchema.parse(body).result.workflowId);
  expect(new Set(workflows)).toEqual(new Set([`batch/${batchId}`]));
  expect((await untilBatch(caller, batchId)).counts).toMatchObject({ COMPLETED: 100 });
  expect(await transfersOf(stack)).toHaveLength(100);
  await expectBooksAgree(stack);
});

test('cancelled at random moments, nothing is CANCELLED and paid', async () => {
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 60 },
  ]);
  for (let round = 0; round < 8; round += 1) {
    await importPayees(caller, `cancel-${round}`, 400);
    const batchId = await makeBatch(caller);
    await caller.post(`/batches/${batchId}/execute`);
    await sleep(Math.random() * 1_200);
    const answer = await caller.post(`/batches/${batchId}/cancel`, { reason: 'changed our mind' });
    expect([202, 409]).toContain(answer.status);
    const batch = await untilBatch(caller, batchId);
    const { COMPLETED: paid = 0, CANCELLED: cancelled = 0 } = batch.counts;
    // What an earlier round cancelled is payable again, so it is in this batch too.
    expect(paid + cancelled).toBe(batch.paymentCount);
    expect(batch.status).toBe(cancelled > 0 ? 'CANCELLED' : 'COMPLETED');
    await expectBooksAgree(stack);
  }
});

test('a halt at the provider pauses the batch with nothing failed, and resume finishes it', async () => {
  await setFaults(stack, []);
  await fetch(`${stack.simulatorUrl}/_sim/balance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'mock', currency: 'USD', amount: 150_000 }),
  });
  await importPayees(caller, 'halt', 300);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  const paused = await untilPaused(batchId);
  expect(paused.pausedReason).toMatch(/insufficient_balance/);
  expect(paused.counts['FAILED'] ?? 0).toBe(0);
  await fetch(`${stack.simulatorUrl}/_sim/balance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'mock', currency: 'USD', amount: 10_000_000 }),
  });
  expect((await caller.post(`/batches/${batchId}/resume`, { reason: 'topped up' })).status).toBe(
    202,
  );
  const healed = await untilBatch(caller, batchId);
  expect(healed.counts).toMatchObject({ COMPLETED: healed.paymentCount });
  await expectBooksAgree(stack);
});

async function untilPaused(batchId: string) {
  for (;;) {
    const batch = await untilBatch(caller, batchId, ['QUEUED'], 30_000);
    if (batch.pausedReason) return batch;
    await sleep(50);
  }
}
