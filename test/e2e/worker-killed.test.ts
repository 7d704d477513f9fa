import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
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

async function untilTransfers(least: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await transfersOf(stack)).length >= least) return;
    await sleep(20);
  }
  throw new Error(`fewer than ${least} transfers within 12 s`);
}

test('kill -9 of the only worker in the middle of a chunk: everybody is paid once', async () => {
  await importPayees(caller, 'killed', 500);
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 150 },
  ]);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  for (const least of [50, 250]) {
    await untilTransfers(least);
    await stack.killWorker('SIGKILL');
    await stack.startWorker();
  }
  const batch = await untilBatch(caller, batchId, undefined, 110_000);
  expect(batch.status).toBe('COMPLETED');
  expect(batch.counts).toMatchObject({ COMPLETED: 500 });
  expect(await transfersOf(stack)).toHaveLength(500);
  await expectBooksAgree(stack);
});

test('a worker stopped past its heartbeat and continued pays nobody a second time', async () => {
  await importPayees(caller, 'zombie', 300);
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 150 },
  ]);
  const before = (await transfersOf(stack)).length;
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  await untilTransfers(before + 30);
  const zombie = stack.freezeWorker();
  await stack.startWorker();
  await sleep(8_000);
  zombie.resume();
  const batch = await untilBatch(caller, batchId, undefined, 110_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 300 });
  expect(await transfersOf(stack)).toHaveLength(before + 300);
  await expectBooksAgree(stack);
});
