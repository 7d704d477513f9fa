import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import { control, transfersOf } from '../support/payout.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let platform: Platform;

beforeAll(async () => {
  // The sweep looks rarely, so that what heals here is told by the event alone.
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '600000' } });
  platform = platformOf(stack);
});
afterAll(() => stack.stop());

const atStripe = (accountRef: string, kycStatus: string) =>
  control(stack, 'accounts', { provider: 'stripe', accounts: [{ accountRef, kycStatus }] });

async function recipientAt(accountRef: string, kycStatus: string): Promise<string> {
  const externalId = `stripe-${crypto.randomUUID()}`;
  const affiliateId = await platform.register(externalId);
  await atStripe(accountRef, kycStatus);
  const answer = await platform.call('POST', '/api/disbursement/stripe/accounts', {
    affiliateId,
    accountRef,
    kycStatus,
  });
  expect(answer.status).toBe(201);
  return externalId;
}

test('a release goes by Stripe where its recipients have their accounts, and each transfer is confirmed', async () => {
  const recipients = [
    await recipientAt('acct_one', 'APPROVED'),
    await recipientAt('acct_two', 'APPROVED'),
  ];
  const projectId = await platform.project(recipients, [7_500, 2_500], { platformFeeBps: 250 });
  const batchId = await platform.schedule({ escrowId: 'by-stripe', projectId, amount: 40_000 });
  const payout = await platform.untilPayout(batchId, ['completed']);
  expect(payout).toMatchObject({
    provider: 'stripe',
    items: [
      { status: 'paid', providerPayoutId: expect.stringMatching(/^tr_/) },
      { status: 'paid' },
    ],
  });
  const transfers = await transfersOf(stack, 'stripe');
  expect(transfers.map(({ recipient, amount }) => `${recipient} ${amount}`).toSorted()).toEqual([
    'acct_one 29250',
    'acct_two 9750',
  ]);
});

test('a parked payment goes on by itself when Stripe tells that the account is verified', async () => {
  const good = await recipientAt('acct_good', 'APPROVED');
  const waiting = await recipientAt('acct_waiting', 'PENDING');
  const projectId = await platform.project([good, waiting], [5_000, 5_000]);
  const batchId = await platform.schedule({
    escrowId: 'verified-by-event',
    projectId,
    amount: 2_000,
  });
  await platform.untilItems(batchId, { [good]: 'paid', [waiting]: 'pending_kyc' });
  await atStripe('acct_waiting', 'APPROVED');
  await platform.untilItems(batchId, { [good]: 'paid', [waiting]: 'paid' });
  const payout = await platform.untilPayout(batchId, ['completed']);
  expect(payout.items).toHaveLength(2);
  await platform.expectLedgerBalanced();
});

test('a parked payment goes on when a sync finds its account verified', async () => {
  const waiting = await recipientAt('acct_synced', 'NOT_STARTED');
  const projectId = await platform.project([waiting], [10_000]);
  const batchId = await platform.schedule({
    escrowId: 'verified-by-sync',
    projectId,
    amount: 2_000,
  });
  await platform.untilItems(batchId, { [waiting]: 'pending_kyc' });
  await control(stack, 'faults', {
    seed: 1,
    rules: [
      {
        when: { provider: 'stripe', operation: 'webhook' },
        probability: 1,
        effect: 'webhook_drop',
      },
    ],
  });
  await atStripe('acct_synced', 'APPROVED');
  await control(stack, 'faults', { seed: 1, rules: [] });
  const synced = await platform.call('POST', '/api/disbursement/stripe/sync', {});
  expect(synced).toMatchObject({ status: 200 });
  const payout = await platform.untilItems(batchId, { [waiting]: 'paid' });
  expect(payout.items).toHaveLength(1);
});

test('all of it agrees with the ledger of the provider', async () => {
  expect(await transfersOf(stack, 'stripe')).toHaveLength(5);
  await expectBooksAgree(stack, 'stripe');
});
