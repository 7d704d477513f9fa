import { Stripe } from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './harness.ts';
import {
  errorSchema,
  refusalOf,
  startStripeBench,
  wanted,
  type StripeBench,
} from './stripe-bench.ts';

let bench: StripeBench;
let stripe: Stripe;

beforeAll(async () => {
  bench = await startStripeBench();
  stripe = bench.sdk();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.reset());

describe('a transfer', () => {
  test('has moved when it is answered, and a webhook that the SDK verifies tells of it', async () => {
    const made = await stripe.transfers.create(wanted({ description: 'Week 12' }));
    expect(made).toMatchObject({
      object: 'transfer',
      amount: 1_000,
      amount_reversed: 0,
      currency: 'usd',
      description: 'Week 12',
      destination: 'acct_1',
      livemode: false,
      metadata: { txn_id: 'pay_1:1' },
      reversed: false,
      transfer_group: 'batch_1',
    });
    expect(made.lastResponse.requestId).toMatch(/^req_/);
    expect(await bench.transfers()).toMatchObject([
      { provider: 'stripe', reference: 'pay_1:1', recipient: 'acct_1', amount: 1_000 },
    ]);
    expect((await bench.transfers())[0]).toMatchObject({ currency: 'USD', status: 'settled' });
    await eventually(() => bench.hooks.length === 1);
    const [event] = bench.events();
    expect(event).toMatchObject({ object: 'event', type: 'transfer.created', livemode: false });
    expect(event?.data.object).toMatchObject({ id: made.id, metadata: { txn_id: 'pay_1:1' } });
    expect(bench.hooks[0]?.path).toBe('/webhooks/stripe');
  });

  test('without metadata is known by its idempotency key', async () => {
    await stripe.transfers.create(wanted({ metadata: {} }), { idempotencyKey: 'key_1' });
    expect(await bench.transfers()).toMatchObject([
      { reference: 'key_1', idempotencyKey: 'key_1' },
    ]);
  });

  test('can be read by its id; another id is a 404', async () => {
    const { id } = await stripe.transfers.create(wanted());
    expect((await stripe.transfers.retrieve(id)).id).toBe(id);
    const none = await refusalOf(stripe.transfers.retrieve('tr_0'));
    expect([none.statusCode, none.code]).toEqual([404, 'resource_missing']);
  });

  test.each([
    ['amount=5&destination=acct_1', 'parameter_missing', 'currency'],
    ['amount=5&currency=usd', 'parameter_missing', 'destination'],
    ['currency=usd&destination=acct_1', 'parameter_missing', 'amount'],
    ['amount=&currency=usd&destination=acct_1', 'parameter_invalid_empty', 'amount'],
    ['amount=1.5&currency=usd&destination=acct_1', 'parameter_invalid_integer', 'amount'],
    ['amount=0&currency=usd&destination=acct_1', 'parameter_invalid_integer', 'amount'],
    ['amount=1000000000000&currency=usd&destination=acct_1', 'amount_too_large', 'amount'],
    ['amount=5&currency=usd&destination=acct_1&colour=red', 'parameter_unknown', 'colour'],
    ['amount=5&currency=dollars&destination=acct_1', undefined, 'currency'],
    ['amount=5&currency=usd&destination=ba_1', 'resource_missing', 'destination'],
    ['amount=5&currency=usd&destination=acct_unknown', 'resource_missing', 'destination'],
  ])('%s is refused as %s at %s, and nothing happens', async (body, code, param) => {
    const refused = await bench.post('/transfers', body);
    expect(refused.status).toBe(400);
    const { error } = errorSchema.parse(refused.body);
    expect(error).toMatchObject({ type: 'invalid_request_error', param });
    expect(error.code).toBe(code);
    expect(await bench.transfers()).toEqual([]);
  });

  test.each([
    ['NOT_STARTED', 'insufficient_capabilities_for_transfer'],
    ['PENDING', 'insufficient_capabilities_for_transfer'],
    ['REJECTED', 'transfers_not_allowed'],
  ])('to an account that is %s is refused as %s', async (kycStatus, code) => {
    const accounts = [{ accountRef: 'acct_1', kycStatus }];
    await bench.control('/accounts', { provider: 'stripe', accounts });
    expect((await refusalOf(stripe.transfers.create(wanted()))).code).toBe(code);
    expect(await bench.transfers()).toEqual([]);
  });

  test('beyond the balance is refused: balance_insufficient', async () => {
    await bench.control('/balance', { provider: 'stripe', currency: 'USD', amount: 1_500 });
    await stripe.transfers.create(wanted());
    const refused = await refusalOf(stripe.transfers.create(wanted()));
    expect([refused.statusCode, refused.code]).toEqual([400, 'balance_insufficient']);
    expect(refused).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    const { available } = await stripe.balance.retrieve();
    expect(available.find(({ currency }) => currency === 'usd')?.amount).toBe(500);
  });
});

describe('lists', () => {
  test('of a transfer group come newest first, in pages', async () => {
    for (let at = 0; at < 5; at += 1) {
      await stripe.transfers.create(wanted({ metadata: { txn_id: `pay_${at}` } }));
    }
    await stripe.transfers.create(wanted({ transfer_group: 'other' }));
    const page = await stripe.transfers.list({ transfer_group: 'batch_1', limit: 2 });
    expect(page.has_more).toBe(true);
    const references = page.data.map(({ metadata }) => metadata['txn_id']);
    expect(references).toEqual(['pay_4', 'pay_3']);
    const all: string[] = [];
    for await (const { metadata } of stripe.transfers.list({
      transfer_group: 'batch_1',
      limit: 2,
    })) {
      all.push(metadata['txn_id'] ?? '');
    }
    expect(all).toEqual(['pay_4', 'pay_3', 'pay_2', 'pay_1', 'pay_0']);
    const oldest = page.data.at(-1)?.id ?? '';
    const back = await stripe.transfers.list({ transfer_group: 'batch_1', ending_before: oldest });
    expect(back.data.map(({ metadata }) => metadata['txn_id'])).toEqual(['pay_4']);
    expect((await stripe.transfers.list({ transfer_group: 'none' })).data).toEqual([]);
    const lost = await refusalOf(stripe.transfers.list({ starting_after: 'tr_0' }));
    expect([lost.statusCode, lost.code]).toEqual([400, 'resource_missing']);
  });

  test('of a period hold what was created in it', async () => {
    const { created, id } = await stripe.transfers.create(wanted());
    const ids = async (range: object) =>
      (await stripe.transfers.list({ created: range })).data.map((each) => each.id);
    expect(await ids({ gte: created, lt: created + 1 })).toEqual([id]);
    expect(await ids({ gt: created })).toEqual([]);
    expect(await ids({ lt: created })).toEqual([]);
    expect(await ids({ lte: created })).toEqual([id]);
  });
});

describe('a reversal', () => {
  const usd = async () => {
    const { available } = await stripe.balance.retrieve();
    return available.find(({ currency }) => currency === 'usd')?.amount;
  };

  test('of a part keeps the transfer settled and shows in it; the rest makes it returned', async () => {
    await bench.control('/balance', { provider: 'stripe', currency: 'USD', amount: 5_000 });
    const { id } = await stripe.transfers.create(wanted());
    await eventually(() => bench.hooks.length === 1);
    const part = await stripe.transfers.createReversal(id, { amount: 300 });
    expect(part).toMatchObject({ object: 'transfer_reversal', amount: 300, transfer: id });
    const halfWay = await stripe.transfers.retrieve(id);
    expect([halfWay.amount_reversed, halfWay.reversed]).toEqual([300, false]);
    expect(halfWay.reversals.data).toMatchObject([{ id: part.id, amount: 300 }]);
    expect((await bench.transfers())[0]?.status).toBe('settled');
    expect(await usd()).toBe(4_300);
    await eventually(() => bench.hooks.length === 2);

    await stripe.transfers.createReversal(id);
    const whole = await stripe.transfers.retrieve(id);
    expect([whole.amount_reversed, whole.reversed]).toEqual([1_000, true]);
    expect((await bench.transfers())[0]?.status).toBe('returned');
    expect(await usd()).toBe(5_000);
    await eventually(() => bench.hooks.length === 3);
    expect(bench.types()).toEqual(['transfer.created', 'transfer.reversed', 'transfer.reversed']);
    const amounts = bench
      .events()
      .map(({ data }) => (data.object as Stripe.Transfer).amount_reversed);
    expect(amounts).toEqual([0, 300, 1_000]);
    expect((await stripe.transfers.listReversals(id)).data).toHaveLength(2);
  });

  test('under the same key happens once; more than the rest is refused', async () => {
    const { id } = await stripe.transfers.create(wanted());
    const key = { idempotencyKey: 'back_1' };
    const first = await stripe.transfers.createReversal(id, { amount: 600 }, key);
    const again = await stripe.transfers.createReversal(id, { amount: 600 }, key);
    expect(again.id).toBe(first.id);
    const tooMuch = await refusalOf(stripe.transfers.createReversal(id, { amount: 401 }));
    expect([tooMuch.statusCode, tooMuch.param]).toEqual([400, 'amount']);
    await stripe.transfers.createReversal(id);
    expect((await refusalOf(stripe.transfers.createReversal(id))).statusCode).toBe(400);
  });

  test('comes by itself under return_after', async () => {
    await bench.faults({ effect: 'return_after', ms: 20 });
    const { id } = await stripe.transfers.create(wanted());
    await eventually(async () => (await stripe.transfers.retrieve(id)).reversed);
    await eventually(() => bench.types().includes('transfer.reversed'));
    expect((await bench.transfers())[0]?.status).toBe('returned');
  });
});

describe('accounts', () => {
  test('show what they may do, as they were set', async () => {
    const accounts = [
      { accountRef: 'acct_1', kycStatus: 'APPROVED', email: 'a@example.com' },
      { accountRef: 'acct_2', kycStatus: 'PENDING' },
      { accountRef: 'acct_3', kycStatus: 'NOT_STARTED' },
    ];
    await bench.control('/accounts', { provider: 'stripe', accounts });
    const listed = await stripe.accounts.list({ limit: 2 });
    expect([listed.data.map(({ id }) => id), listed.has_more]).toEqual([
      ['acct_3', 'acct_2'],
      true,
    ]);
    const [one, two] = [
      await stripe.accounts.retrieve('acct_1'),
      await stripe.accounts.retrieve('acct_2'),
    ];
    expect(one).toMatchObject({ email: 'a@example.com', payouts_enabled: true });
    expect(one.capabilities).toEqual({ transfers: 'active' });
    expect(two).toMatchObject({ payouts_enabled: false, capabilities: { transfers: 'pending' } });
    expect(two.requirements?.disabled_reason).toBe('requirements.pending_verification');
    expect((await stripe.accounts.retrieve('acct_3')).requirements?.currently_due).not.toEqual([]);
    const none = await refusalOf(stripe.accounts.retrieve('acct_unknown'));
    expect([none.statusCode, none.code]).toEqual([403, 'account_invalid']);
  });
});
