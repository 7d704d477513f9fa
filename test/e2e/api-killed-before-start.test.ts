import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import { startProxy, type PausableProxy } from '../support/pausable-proxy.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  readBatch,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let proxy: PausableProxy;

beforeAll(async () => {
  proxy = await startProxy(inject('servers').temporalAddress);
  stack = await startTestStack({
    env: { TEMPORAL_ADDRESS: proxy.address, BURSAR_SWEEP_INTERVAL_MS: '2000' },
  });
  caller = callerOf(stack);
});
afterAll(async () => {
  await stack.stop();
  await proxy.close();
});

test('kill -9 of the API between its commit and the start of the workflow: the sweep starts it', async () => {
  await importPayees(caller, 'orphan', 120);
  const batchId = await makeBatch(caller);
  proxy.pause();
  const asked = caller.post(`/batches/${batchId}/execute`).catch(() => null);
  await untilBatch(caller, batchId, ['QUEUED'], 10_000);
  await stack.killApi('SIGKILL');
  await asked;
  proxy.resume();
  await sleep(100);
  await stack.startApi();
  expect((await readBatch(caller, batchId)).status).not.toBe('PENDING');
  const batch = await untilBatch(caller, batchId, undefined, 90_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 120 });
  expect(await transfersOf(stack)).toHaveLength(120);
  await expectBooksAgree(stack);
});
