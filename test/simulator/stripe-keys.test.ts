import { Stripe } from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { eventually } from './harness.ts';
import {
  errorSchema,
  refusalOf,
  startStripeBench,
  wanted,
  type StripeBench,
} from './stripe-bench.ts';

const { secretKey } = DEFAULT_CREDENTIALS.stripe;

let bench: StripeBench;
let stripe: Stripe;

beforeAll(async () => {
  bench = await startStripeBench();
  stripe = bench.sdk();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.reset());

describe('an idempotency key', () => {
  const same = { idempotencyKey: 'key_1' };

  test('brings the first answer again, marked as replayed, whatever has happened since', async () => {
    const first = await stripe.transfers.create(wanted(), same);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    await stripe.transfers.createReversal(first.id);
    const again = await stripe.transfers.create(wanted(), same);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect([again.id, again.reversed]).toEqual([first.id, false]);
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('counts for the same parameters in any order, and is an error with others', async () => {
    const headers = { 'idempotency-key': 'key_1' };
    const first = await bench.post(
      '/transfers',
      'amount=5&currency=usd&destination=acct_1',
      headers,
    );
    const again = await bench.post(
      '/transfers',
      'currency=usd&destination=acct_1&amount=5',
      headers,
    );
    expect(again.body).toEqual(first.body);
    const other = await refusalOf(stripe.transfers.create(wanted({ amount: 6 }), same));
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other.statusCode).toBe(400);
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('keeps a 500 that came after the transfer was made, also over a restart', async () => {
    await bench.faults({ effect: 'accept_then_status', status: 500, when: { nth: 1 } });
    const lost = await refusalOf(stripe.transfers.create(wanted(), same));
    expect(lost.statusCode).toBe(500);
    expect(lost.headers?.['stripe-should-retry']).toBe('false');
    await bench.faults();
    await bench.restart();
    stripe = bench.sdk();
    const again = await refusalOf(stripe.transfers.create(wanted(), same));
    expect([again.statusCode, again.headers?.['idempotent-replayed']]).toEqual([500, 'true']);
    const { data } = await stripe.transfers.list({ transfer_group: 'batch_1' });
    expect(data.map(({ metadata }) => metadata['txn_id'])).toEqual(['pay_1:1']);
  });

  test('keeps the true answer where only a gateway failed', async () => {
    await bench.faults({ effect: 'accept_then_status', status: 502, when: { nth: 1 } });
    expect((await refusalOf(stripe.transfers.create(wanted(), same))).statusCode).toBe(502);
    const again = await stripe.transfers.create(wanted(), same);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('keeps a refusal for lack of money, also when there is money again', async () => {
    await bench.control('/balance', { provider: 'stripe', currency: 'USD', amount: 0 });
    const poor = await refusalOf(stripe.transfers.create(wanted(), same));
    await bench.control('/balance', { provider: 'stripe', currency: 'USD', amount: 9_000 });
    const again = await refusalOf(stripe.transfers.create(wanted(), same));
    expect([poor.code, again.code]).toEqual(['balance_insufficient', 'balance_insufficient']);
    await stripe.transfers.create(wanted(), { idempotencyKey: 'key_2' });
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('keeps nothing of what was refused before it began', async () => {
    await refusalOf(stripe.transfers.create(wanted({ amount: 0 }), same));
    await bench.faults(
      { effect: 'status_before', status: 500, when: { nth: 1 } },
      { effect: 'accept_then_status', status: 409, code: 'lock_timeout', when: { nth: 1 } },
    );
    await refusalOf(stripe.transfers.create(wanted(), same));
    expect((await stripe.transfers.create(wanted(), same)).amount).toBe(1_000);
  });

  test('that is forgotten makes a second transfer', async () => {
    await stripe.transfers.create(wanted(), same);
    await bench.faults({ effect: 'forget_key' });
    await stripe.transfers.create(wanted(), same);
    expect(await bench.transfers()).toHaveLength(2);
  });

  test('counts within an account', async () => {
    const payout = { amount: 5, currency: 'usd' };
    await stripe.payouts.create(payout, { ...same, stripeAccount: 'acct_1' });
    await stripe.payouts.create(payout, { ...same, stripeAccount: 'acct_2' });
    expect(await bench.transfers()).toHaveLength(2);
  });
});

describe('a payout', () => {
  const connected = { stripeAccount: 'acct_1' };
  const payout = { amount: 700, currency: 'usd', metadata: { txn_id: 'pay_9:1' } };

  test('is pending, on its way and paid; events name the account', async () => {
    const made = await stripe.payouts.create(payout, connected);
    expect(made).toMatchObject({ object: 'payout', status: 'pending', failure_code: null });
    expect(await bench.transfers()).toMatchObject([
      { reference: 'pay_9:1', recipient: 'acct_1', amount: 700, status: 'accepted' },
    ]);
    await eventually(
      async () => (await stripe.payouts.retrieve(made.id, {}, connected)).status === 'paid',
    );
    await eventually(() => bench.hooks.length === 3);
    expect(bench.types().toSorted()).toEqual(['payout.created', 'payout.paid', 'payout.updated']);
    expect(new Set(bench.events().map(({ account }) => account))).toEqual(new Set(['acct_1']));
    expect(new Set(bench.events().map(({ id }) => id)).size).toBe(3);
    const updated = bench.events().find(({ type }) => type === 'payout.updated');
    expect(updated?.data.object).toMatchObject({ status: 'in_transit' });
    const { data } = await stripe.payouts.list({ status: 'paid' }, connected);
    expect(data.map(({ id }) => id)).toEqual([made.id]);
  });

  test('fails with a code, also after it was paid', async () => {
    await bench.faults({ effect: 'fail_after', ms: 10, code: 'account_closed' });
    const { id } = await stripe.payouts.create(payout, connected);
    const now = async () => await stripe.payouts.retrieve(id, {}, connected);
    await eventually(async () => (await now()).status === 'failed');
    expect((await now()).failure_code).toBe('account_closed');
    await eventually(() => bench.types().includes('payout.failed'));
    await bench.faults({ effect: 'settle_after', ms: 0 });
    const late = await stripe.payouts.create(
      { ...payout, metadata: { txn_id: 'late' } },
      connected,
    );
    expect(late.status).toBe('paid');
    const settle = { reference: 'late', status: 'returned' };
    await bench.control('/settle', settle);
    expect((await stripe.payouts.retrieve(late.id, {}, connected)).status).toBe('failed');
  });

  test('can be cancelled while it is pending, not when it is on its way', async () => {
    await bench.faults({ effect: 'never_settle' });
    const first = await stripe.payouts.create(payout, connected);
    expect((await stripe.payouts.cancel(first.id, {}, connected)).status).toBe('canceled');
    await eventually(() => bench.types().includes('payout.canceled'));
    const other = { ...payout, metadata: { txn_id: 'second' } };
    const second = await stripe.payouts.create(other, connected);
    await bench.control('/settle', { reference: 'second', status: 'accepted', code: 'in_transit' });
    expect((await stripe.payouts.retrieve(second.id, {}, connected)).status).toBe('in_transit');
    const late = await refusalOf(stripe.payouts.cancel(second.id, {}, connected));
    expect(late.statusCode).toBe(400);
  });

  test('is nothing to another account, and an account that is not there is a 403', async () => {
    const { id } = await stripe.payouts.create(payout, connected);
    const other = await refusalOf(stripe.payouts.retrieve(id, {}, { stripeAccount: 'acct_2' }));
    expect(other.statusCode).toBe(404);
    const none = await refusalOf(stripe.payouts.create(payout, { stripeAccount: 'acct_unknown' }));
    expect([none.statusCode, none.code]).toEqual([403, 'account_invalid']);
  });

  test('of an account that may not is refused', async () => {
    const accounts = [{ accountRef: 'acct_1', kycStatus: 'PENDING' }];
    await bench.control('/accounts', { provider: 'stripe', accounts });
    const refused = await refusalOf(stripe.payouts.create(payout, connected));
    expect(refused.code).toBe('payouts_not_allowed');
  });
});

describe('at the door', () => {
  test('a wrong key, no key and an unknown address are told apart', async () => {
    const body = 'amount=5&currency=usd&destination=acct_1';
    const wrong = await bench.post('/transfers', body, {
      authorization: 'Bearer sk_test_wrong_one',
    });
    expect(wrong.status).toBe(401);
    expect(errorSchema.parse(wrong.body).error.message).not.toContain('wrong_one');
    expect((await bench.post('/transfers', body, { authorization: '' })).status).toBe(401);
    expect((await bench.post('/nothing', body)).status).toBe(404);
    const basic = Buffer.from(`${secretKey}:`).toString('base64');
    expect((await bench.post('/transfers', body, { authorization: `Basic ${basic}` })).status).toBe(
      200,
    );
  });

  test('429 and 409 have the headers and errors of Stripe', async () => {
    await bench.faults({ effect: 'rate_limit', perSecond: 1 });
    await stripe.balance.retrieve();
    const limited = await refusalOf(stripe.balance.retrieve());
    expect(limited).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(limited.headers).toMatchObject({
      'retry-after': '1',
      'stripe-rate-limited-reason': 'endpoint-rate',
    });
    await bench.faults({ effect: 'status_before', status: 409, code: 'idempotency_key_in_use' });
    const busy = await refusalOf(stripe.transfers.create(wanted()));
    expect([busy.statusCode, busy.code]).toEqual([409, 'idempotency_key_in_use']);
    expect(busy.headers?.['stripe-should-retry']).toBe('true');
    expect(await bench.transfers()).toEqual([]);
  });
});

describe('faults', () => {
  test.each([
    ['reject', { effect: 'reject', code: 'amount_too_small' }, [400, 'amount_too_small']],
    ['status_before', { effect: 'status_before', status: 403 }, [403, undefined]],
  ])('%s: refused in the words of Stripe', async (_name, rule, expected) => {
    await bench.faults(rule);
    const refused = await refusalOf(stripe.transfers.create(wanted()));
    expect([refused.statusCode, refused.code]).toEqual(expected);
    expect(await bench.transfers()).toEqual([]);
  });

  test('lies: an id of nothing, one cent more, an empty answer, a list that leaves one out', async () => {
    const { id } = await stripe.transfers.create(wanted());
    const lookup = { operation: 'lookup' };
    await bench.faults({ when: lookup, effect: 'wrong_amount' });
    expect((await stripe.transfers.retrieve(id)).amount).toBe(1_001);
    await bench.faults({ when: lookup, effect: 'wrong_id' });
    expect((await stripe.transfers.retrieve(id)).id).not.toBe(id);
    await bench.faults({ when: lookup, effect: 'omit' });
    expect((await stripe.transfers.list()).data).toEqual([]);
    await bench.faults({ effect: 'omit' });
    const made = await bench.post('/transfers', 'amount=5&currency=usd&destination=acct_1');
    expect([made.status, made.body]).toEqual([200, {}]);
  });

  test('unknown_status shows in a payout', async () => {
    await bench.faults({ effect: 'unknown_status' });
    expect((await stripe.payouts.create({ amount: 5, currency: 'usd' })).status).toBe('in_limbo');
  });

  test('webhook_first: the event is there before the answer', async () => {
    await bench.faults({ effect: 'webhook_first' });
    await stripe.transfers.create(wanted());
    expect(bench.types()).toEqual(['transfer.created']);
    expect(bench.hooks).toHaveLength(1);
  });

  test('webhook_forge: a false event that the SDK refuses comes before the true one', async () => {
    await bench.faults({ effect: 'webhook_forge' });
    await stripe.transfers.create(wanted());
    await eventually(() => bench.hooks.length === 2);
    expect(bench.types()).toEqual(['transfer.created']);
    const bodies = bench.hooks.map(({ raw }) => JSON.parse(raw) as Stripe.Event);
    expect(bodies[0]?.id).toBe(bodies[1]?.id);
    const amounts = bodies.map(({ data }) => (data.object as Stripe.Transfer).amount_reversed);
    expect(amounts.toSorted((a, b) => a - b)).toEqual([0, 1_000]);
  });

  test("accept_then_reset: the transfer is there, and the SDK's own second try finds it", async () => {
    await bench.faults({ effect: 'accept_then_reset', when: { nth: 1 } });
    const again = await stripe.transfers.create(wanted(), { idempotencyKey: 'key_1' });
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await bench.transfers()).toHaveLength(1);
  });
});
