import { describe, expect, onTestFinished, test } from 'vitest';
import type { LookupOrder } from '../../providers/port.ts';
import { describeProvider } from './contract.ts';
import { inTime, openStripeRig, orderOf, type StripeRig } from './stripe-rig.ts';

describeProvider('stripe, transfers', () => openStripeRig('transfer'));
describeProvider('stripe, payouts', () => openStripeRig('payout'));

describe('against the simulator’s Stripe', () => {
  const submit = async (rig: StripeRig, given: Parameters<typeof orderOf>[0] = {}) => {
    const order = orderOf(given);
    const payment = rig.provider.prepare(order);
    const outcome = (await rig.provider.submit([payment], inTime())).get(payment.reference);
    return { order, outcome };
  };
  const lookUp = async ({ provider }: StripeRig, order: LookupOrder) =>
    (await provider.lookup([{ sentAt: new Date(), ...order }])).get(order.reference);
  const open = async (method: 'transfer' | 'payout') => {
    const rig = await openStripeRig(method);
    onTestFinished(() => rig.close());
    return rig;
  };
  const eventAbout = async ({ received, provider }: StripeRig, type: string) => {
    const find = () => received.find(({ body }) => body.includes(`"${type}"`));
    await expect.poll(find, { timeout: 20_000 }).toBeDefined();
    const { headers, body } = find() ?? { headers: new Headers(), body: '' };
    return provider.verifyWebhook(headers, body);
  };

  test('P14: an empty balance halts; after the top-up only a new key pays', async () => {
    const rig = await open('transfer');
    const balance = (amount: number) =>
      rig.control('balance', { provider: 'stripe', currency: 'USD', amount });
    await balance(100);
    const { order, outcome } = await submit(rig);
    expect(outcome).toMatchObject({ kind: 'HALT_BATCH', cause: 'funds' });
    expect(await rig.transfers()).toEqual([]);
    await balance(10_000);
    expect((await submit(rig, order)).outcome).toMatchObject({ kind: 'FAILED_RETRYABLE' });
    expect((await submit(rig)).outcome).toMatchObject({ kind: 'SETTLED' });
    expect(await rig.transfers()).toHaveLength(1);
    expect(await rig.provider.balance('USD')).toBe(9_500n);
  });

  test('what a connected account tells of itself is read as a sync would', async () => {
    const rig = await open('transfer');
    const { account } = await eventAbout(rig, 'account.updated');
    expect(account).toMatchObject({ kycStatus: 'APPROVED', email: 'ada@example.com' });
    expect(await rig.provider.syncAccounts([rig.accountRef])).toEqual([
      { accountRef: account?.accountRef, kycStatus: 'APPROVED', email: 'ada@example.com' },
    ]);
  });

  test('P18: a transfer is called back once, and is told to be back', async () => {
    const rig = await open('transfer');
    const { order } = await submit(rig);
    expect(await rig.provider.reverse?.(order, 'reversal-1')).toBe(true);
    expect(await rig.provider.reverse?.(order, 'reversal-1')).toBe(true);
    expect(await rig.provider.reverse?.(order, 'reversal-2')).toBe(false);
    expect(await lookUp(rig, order)).toMatchObject({ kind: 'RETURNED' });
    expect(await eventAbout(rig, 'transfer.reversed')).toMatchObject({
      reference: order.reference,
      outcome: { kind: 'RETURNED', failure: { code: 'returned' } },
    });
  });

  test('P1: the answers to a whole group are lost, and one list finds them all', async () => {
    const rig = await open('transfer');
    await rig.fail({ effect: 'accept_then_reset' });
    const orders = Array.from({ length: 120 }, () => orderOf());
    const outcomes = await rig.provider.submit(
      orders.map((order) => rig.provider.prepare(order)),
      inTime(),
    );
    await rig.heal();
    expect(new Set([...outcomes.values()].map(({ kind }) => kind))).toEqual(new Set(['AMBIGUOUS']));
    const found = await rig.provider.lookup(orders);
    expect(new Set([...found.values()].map(({ kind }) => kind))).toEqual(new Set(['SETTLED']));
    expect(await rig.transfers()).toHaveLength(120);
  });

  test('a payout is cancelled as long as it is pending', async () => {
    const rig = await open('payout');
    await rig.fail({ effect: 'never_settle' });
    const { order, outcome } = await submit(rig);
    expect(outcome).toMatchObject({ kind: 'ACCEPTED' });
    expect(await rig.provider.cancel(order)).toBe(true);
    expect(await lookUp(rig, order)).toMatchObject({
      kind: 'FAILED_FINAL',
      failure: { code: 'cancelled_at_provider' },
    });
    expect(await eventAbout(rig, 'payout.canceled')).toMatchObject({ reference: order.reference });
    expect(await rig.provider.cancel(orderOf())).toBe(false);
  });

  test('P18: a payout that a bank sends back is told as failed', async () => {
    const rig = await open('payout');
    await rig.fail({ effect: 'return_after', ms: 100 });
    const { order } = await submit(rig);
    expect((await eventAbout(rig, 'payout.paid')).outcome?.kind).toBe('SETTLED');
    expect(await eventAbout(rig, 'payout.failed')).toMatchObject({
      reference: order.reference,
      outcome: { kind: expect.stringMatching(/^FAILED/) },
    });
  });

  test('accounts have the standing that was given to them', async () => {
    const rig = await open('transfer');
    const standings = ['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'] as const;
    const accounts = standings.map((kycStatus) => ({ accountRef: `acct_${kycStatus}`, kycStatus }));
    await rig.control('accounts', { provider: 'stripe', accounts });
    const refs = [...accounts.map(({ accountRef }) => accountRef), 'acct_unknown'];
    expect(await rig.provider.syncAccounts(refs)).toEqual(
      accounts.map((account) => ({ ...account, email: null })),
    );
    const refused = await submit(rig, { accountRef: 'acct_REJECTED' });
    expect(refused.outcome).toMatchObject({
      kind: 'FAILED_FINAL',
      failure: { code: 'account_not_enabled', blocksAccount: true },
    });
  });
});
