import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import { callerOf, makeBatch, payOut } from '../support/payout.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let platform: Platform;

/** 0.0001 of a day: 8.64 s. */
const DAYS = '0.0001';

beforeAll(async () => {
  stack = await startTestStack({
    env: { BURSAR_PARKED_DAYS: DAYS, BURSAR_SWEEP_INTERVAL_MS: '600000' },
  });
  platform = platformOf(stack);
});
afterAll(() => stack.stop());

test('who has no account for too long is cancelled by the workflow itself, and paid by a later batch', async () => {
  const recipient = `late-${crypto.randomUUID()}`;
  const affiliateId = await platform.register(recipient);
  const projectId = await platform.project([recipient], [10_000]);
  const batchId = await platform.schedule({
    escrowId: 'late',
    projectId,
    amount: 7_700,
    provider: 'mock',
  });
  await platform.untilItems(batchId, { [recipient]: 'pending_kyc' });
  const ended = await platform.untilItems(batchId, { [recipient]: 'cancelled' });
  expect(ended.items[0]?.failureReason).toMatch(/no verified account/);
  const cases = await platform.call('GET', '/api/disbursement/cases?kind=parked_too_long');
  expect(cases).toMatchObject({ body: { cases: [{ batchId, status: 'OPEN' }] } });

  await platform.addAccount(affiliateId, 'APPROVED');
  const caller = callerOf(stack);
  const later = await payOut(caller, await makeBatch(caller));
  expect(later.counts).toMatchObject({ COMPLETED: 1 });
  await platform.untilItems(batchId, { [recipient]: 'paid' });
  await expectBooksAgree(stack);
  await platform.expectLedgerBalanced();
});
