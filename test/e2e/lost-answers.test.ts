import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
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

const when = { provider: 'mock', operation: 'submit' };

test('the answer lost after acceptance for 30% of 1,000 payments: 0 double, 0 lost', async () => {
  await importPayees(caller, 'lost', 1_000);
  await setFaults(stack, [
    { when, probability: 0.12, effect: 'accept_then_reset' },
    { when, probability: 0.1, effect: 'accept_then_status', status: 502 },
    { when, probability: 0.1, effect: 'accept_then_hang', ms: 6_000 },
  ]);
  const batch = await payOut(caller, await makeBatch(caller), 110_000);
  expect(batch.status).toBe('COMPLETED');
  expect(batch.counts).toMatchObject({ COMPLETED: 1_000 });
  expect(await transfersOf(stack)).toHaveLength(1_000);
  await expectBooksAgree(stack);
});

test('answers that lie, leave out or mix up never settle a wrong payment', async () => {
  await importPayees(caller, 'lies', 300);
  await setFaults(stack, [
    { when, probability: 0.1, effect: 'omit' },
    { when, probability: 0.1, effect: 'wrong_amount' },
    { when, probability: 0.1, effect: 'unknown_status' },
  ]);
  const batch = await payOut(caller, await makeBatch(caller), 110_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 300 });
  await expectBooksAgree(stack);
});

test('webhooks lost, doubled, shuffled, late, forged or before the answer change nothing but the time', async () => {
  await importPayees(caller, 'hooks', 300);
  const webhook = { provider: 'mock', operation: 'webhook' };
  await setFaults(stack, [
    { when: webhook, probability: 0.3, effect: 'webhook_duplicate', n: 3 },
    { when: webhook, probability: 0.2, effect: 'webhook_shuffle' },
    { when: webhook, probability: 0.2, effect: 'webhook_delay', ms: 500 },
    { when: webhook, probability: 0.2, effect: 'webhook_forge' },
    { when: webhook, probability: 0.1, effect: 'webhook_first' },
  ]);
  const batch = await payOut(caller, await makeBatch(caller), 110_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 300 });
  await expectBooksAgree(stack);
});
