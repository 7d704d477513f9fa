import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { expectBooksAgree } from '../support/books.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { setFaults, submissionsOf, transfersOf } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let platform: Platform;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '3000' } });
  platform = platformOf(stack);
});
afterAll(() => stack.stop());

const scheduledSchema = z.object({
  batchId: z.string(),
  status: z.literal('scheduled'),
  itemsCount: z.number(),
  estimatedTotalPayout: z.number(),
});

test('a release is scheduled with 201, sent, confirmed by webhook, and paid what calculate says', async () => {
  const recipients = [await platform.recipient(), await platform.recipient()];
  const projectId = await platform.project(recipients, [7_000, 3_000], {
    platformFeeBps: 500,
    taxWithholdingBps: { [recipients[1] ?? '']: 1_000 },
  });
  const release = { projectId, amount: 100_001, currency: 'USD' };
  const calculated = await platform.call('POST', '/revenue/calculate', release);
  const answer = await platform.call('POST', '/revenue/schedule-payouts', {
    ...release,
    escrowId: 'happy',
  });
  expect(answer.status).toBe(201);
  const { batchId, estimatedTotalPayout, itemsCount } = scheduledSchema.parse(answer.body);
  const payout = await platform.untilPayout(batchId, ['completed']);
  const nets = z
    .object({ breakdown: z.array(z.object({ recipientId: z.string(), netAmount: z.number() })) })
    .parse(calculated.body).breakdown;
  expect(payout.items.map(({ recipientId, netAmount }) => ({ recipientId, netAmount }))).toEqual(
    nets,
  );
  expect(itemsCount).toBe(2);
  expect(payout.totalNet).toBe(estimatedTotalPayout);
  expect(
    payout.items.every(
      ({ status, providerPayoutId }) => status === 'paid' && providerPayoutId !== null,
    ),
  ).toBe(true);
  const balances = await platform.call('GET', '/api/disbursement/ledger/balances?escrowId=happy');
  const net = payout.totalNet;
  expect(balances.body).toMatchObject({
    balances: [
      { account: 'escrow_liability', balance: 100_001 },
      { account: 'payee_payable', balance: 0, credit: net },
      { account: 'platform_revenue' },
      { account: 'provider_clearing/mock', balance: -net },
      { account: 'tax_payable' },
    ],
  });
  await expectBooksAgree(stack);
  await platform.expectLedgerBalanced();
});

test('one recipient is good and one is not verified: one is paid, one is pending_kyc, and goes on once verified', async () => {
  const good = await platform.recipient();
  const other = await platform.recipient({ kycStatus: 'PENDING' });
  const projectId = await platform.project([good, other], [5_000, 5_000]);
  const batchId = await platform.schedule({ escrowId: 'mixed', projectId, amount: 9_000 });
  const before = await platform.untilItems(batchId, { [good]: 'paid', [other]: 'pending_kyc' });
  expect(before.items.find(({ recipientId }) => recipientId === other)?.failureReason).toMatch(
    /not verified/,
  );
  await platform.verify(other);
  await platform.untilItems(batchId, { [good]: 'paid', [other]: 'paid' });
  await platform.untilPayout(batchId, ['completed']);
  await expectBooksAgree(stack);
});

test('a recipient nobody has told us about is parked, registers, gets an account, and is paid', async () => {
  const stranger = `stranger-${crypto.randomUUID()}`;
  const projectId = await platform.project([stranger], [10_000]);
  const batchId = await platform.schedule({
    escrowId: 'stranger',
    projectId,
    amount: 4_200,
    provider: 'mock',
  });
  await platform.untilItems(batchId, { [stranger]: 'pending_kyc' });
  const registered = await platform.register(stranger);
  await platform.addAccount(registered, 'APPROVED');
  const paid = await platform.untilItems(batchId, { [stranger]: 'paid' });
  expect(paid.items[0]?.affiliateId).toBe(registered);
  await expectBooksAgree(stack);
});

test('the same batch told to run again and again calls the provider once for each item', async () => {
  const recipients = [
    await platform.recipient(),
    await platform.recipient(),
    await platform.recipient(),
  ];
  const projectId = await platform.project(recipients, [3_334, 3_333, 3_333]);
  const batchId = await platform.schedule({ escrowId: 'twice', projectId, amount: 30_000 });
  for (let again = 0; again < 5; again += 1) {
    const answer = await platform.call('POST', `/api/disbursement/batches/${batchId}/execute`, {});
    expect([202, 409]).toContain(answer.status);
  }
  const payout = await platform.untilPayout(batchId, ['completed']);
  const references = payout.items.map(({ paymentId }) => `${paymentId}:1`);
  const sent = (await submissionsOf(stack)).filter(({ reference }) =>
    references.includes(reference ?? ''),
  );
  expect(sent).toHaveLength(3);
  expect(
    (await transfersOf(stack)).filter(({ reference }) => references.includes(reference)),
  ).toHaveLength(3);
});

test('100 schedule calls at once on one escrow: one 201, 99 times 409, one batch', async () => {
  const projectId = await platform.project([await platform.recipient()], [10_000]);
  const body = { escrowId: 'hundred', projectId, amount: 5_000, currency: 'USD' };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => platform.call('POST', '/revenue/schedule-payouts', body)),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(99);
  const listed = await platform.call('GET', '/revenue/payouts?escrowId=hundred');
  expect(z.object({ payouts: z.array(z.unknown()) }).parse(listed.body).payouts).toHaveLength(1);
});

test('an escrow stays scheduled once after the history of its workflow is gone', async () => {
  const projectId = await platform.project([await platform.recipient()], [10_000]);
  const release = { escrowId: 'forgotten', projectId, amount: 5_000 };
  const batchId = await platform.schedule(release);
  await platform.untilPayout(batchId, ['completed']);
  await platform.forgetWorkflow(batchId);
  const answer = await platform.call('POST', '/revenue/schedule-payouts', {
    ...release,
    currency: 'USD',
  });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'already_scheduled' } } });
  await expectBooksAgree(stack);
});

test('scheduledFor: nothing is sent before its time, and all of it after', async () => {
  const recipient = await platform.recipient();
  const projectId = await platform.project([recipient], [10_000]);
  const scheduledFor = new Date(Date.now() + 4_000).toISOString();
  const batchId = await platform.schedule({
    escrowId: 'later',
    projectId,
    amount: 5_000,
    scheduledFor,
  });
  expect(await platform.payout(batchId)).toMatchObject({
    status: 'scheduled',
    items: [{ status: 'scheduled' }],
  });
  const payout = await platform.untilPayout(batchId, ['completed']);
  expect(Date.parse(payout.items[0]?.processedAt ?? '')).toBeGreaterThanOrEqual(
    Date.parse(scheduledFor),
  );
});

test('a refund after payment makes a debt, and the next release pays what is left after it', async () => {
  const recipient = await platform.recipient();
  const projectId = await platform.project([recipient], [10_000], { platformFeeBps: 1_000 });
  const first = await platform.schedule({ escrowId: 'refunded', projectId, amount: 10_000 });
  await platform.untilPayout(first, ['completed']);
  const refund = await platform.call('POST', '/revenue/refunds', {
    refundId: 'refund-1',
    escrowId: 'refunded',
    amount: 5_000,
    reason: 'half of the work was not done',
  });
  expect(refund).toMatchObject({
    status: 201,
    body: { refund: { platformFee: 500, breakdown: [{ netAmount: 4_500 }] } },
  });
  const second = await platform.schedule({ escrowId: 'after-refund', projectId, amount: 10_000 });
  const payout = await platform.untilPayout(second, ['completed']);
  expect(payout.items).toMatchObject([{ netAmount: 9_000, netted: 4_500, status: 'paid' }]);
  const [transfer] = (await transfersOf(stack)).filter(({ reference }) =>
    reference.startsWith(payout.items[0]?.paymentId ?? 'none'),
  );
  expect(transfer?.amount).toBe(4_500);
  await expectBooksAgree(stack);
  await platform.expectLedgerBalanced();
});

test('what the provider refuses is failed with its reason, and the rest is paid', async () => {
  const [good, closed] = [await platform.recipient(), await platform.recipient()];
  const projectId = await platform.project([good, closed], [9_000, 1_000]);
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: platform.accountRefOf(closed) },
      probability: 1,
      effect: 'reject',
      code: 'account_closed',
    },
  ]);
  const batchId = await platform.schedule({ escrowId: 'refused', projectId, amount: 10_000 });
  const payout = await platform.untilItems(batchId, { [good]: 'paid', [closed]: 'failed' });
  expect(
    payout.items.find(({ recipientId }) => recipientId === closed)?.failureReason,
  ).toBeTruthy();
  await setFaults(stack, []);
  await expectBooksAgree(stack);
});

test('where nothing could be submitted at all, the whole submission is tried again by itself', async () => {
  const recipients = [await platform.recipient(), await platform.recipient()];
  const projectId = await platform.project(recipients, [5_000, 5_000]);
  await setFaults(stack, [{ when: { provider: 'mock' }, probability: 1, effect: 'refuse' }]);
  const batchId = await platform.schedule({ escrowId: 'outage', projectId, amount: 10_000 });
  await sleep(3_000);
  expect((await platform.payout(batchId)).items.map(({ status }) => status)).not.toContain('paid');
  await setFaults(stack, []);
  const payout = await platform.untilPayout(batchId, ['completed']);
  expect(payout.items).toMatchObject([{ status: 'paid' }, { status: 'paid' }]);
  await expectBooksAgree(stack);
});
