import { describe, expect, test } from 'vitest';
import type { Provider } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import {
  failing,
  listObject,
  openPeer,
  payoutObject,
  transferObject,
  type Reply,
} from './stripe-peer.ts';
import { ACCOUNT, inTime, orderOf } from './stripe-rig.ts';

const PAYOUT = { BURSAR_STRIPE_METHOD: 'payout' };
const KEY = 'sk_test_canary_0123456789';
const order = (given: Parameters<typeof orderOf>[0] = {}) =>
  orderOf({ reference: 'pay_1:1', ...given });

async function submitOne(provider: Provider, given: Parameters<typeof orderOf>[0] = {}) {
  const payment = provider.prepare(order(given));
  return (await provider.submit([payment], inTime())).get(payment.reference);
}

describe('a submission', () => {
  test('writes a transfer as Stripe’s documentation has it', async () => {
    const { provider, got } = await openPeer(() => ({ json: transferObject() }));
    expect(await submitOne(provider)).toEqual({ kind: 'SETTLED', providerPaymentId: 'tr_1' });
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ method: 'POST', path: '/v1/transfers' });
    expect(Object.fromEntries(got[0]?.form ?? [])).toEqual({
      amount: '500',
      currency: 'usd',
      destination: ACCOUNT,
      description: 'Payout pay_1:1',
      'metadata[txn_id]': 'pay_1:1',
      transfer_group: 'bat_1/0',
    });
    expect(got[0]?.headers).toMatchObject({
      'idempotency-key': 'pay_1:1',
      'content-type': 'application/x-www-form-urlencoded',
      'stripe-version': '2026-10-28.endive',
    });
    expect(got[0]?.headers).not.toHaveProperty('x-stripe-client-telemetry');
  });

  test('writes a payout on the connected account', async () => {
    const { provider, got } = await openPeer(() => ({ json: payoutObject() }), PAYOUT);
    expect(await submitOne(provider)).toEqual({ kind: 'ACCEPTED', providerPaymentId: 'po_1' });
    expect(got[0]).toMatchObject({ method: 'POST', path: '/v1/payouts' });
    expect(got[0]?.headers).toMatchObject({
      'idempotency-key': 'pay_1:1',
      'stripe-account': ACCOUNT,
    });
    expect(Object.fromEntries(got[0]?.form ?? [])).toEqual({
      amount: '500',
      currency: 'usd',
      description: 'Payout pay_1:1',
      'metadata[txn_id]': 'pay_1:1',
    });
  });

  test.each<[string, Reply]>([
    ['reset', 'reset'],
    ['500', failing(500, { type: 'api_error' }, { 'stripe-should-retry': 'true' })],
    ['409', failing(409, { code: 'lock_timeout' }, { 'stripe-should-retry': 'true' })],
    ['429', failing(429, { code: 'rate_limit' }, { 'stripe-should-retry': 'true' })],
  ])('P2: %s is sent once, whatever Stripe’s own library would do', async (_name, reply) => {
    const { provider, got } = await openPeer(() => reply);
    await submitOne(provider);
    expect(got).toHaveLength(1);
  });

  test('what the peer refuses to take was not sent', async () => {
    const { provider } = await openPeer(() => 'reset', { BURSAR_STRIPE_URL: 'http://127.0.0.1:9' });
    expect(await submitOne(provider)).toEqual({
      kind: 'RETRY_SAME_KEY',
      code: 'provider_unreachable',
      burnsRetry: false,
      retryAfterMs: null,
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['another amount', { amount: 501 }],
    ['another currency', { currency: 'eur' }],
    ['another reference', { metadata: { txn_id: 'pay_2:1' } }],
    ['another account', { destination: 'acct_other' }],
    ['another account, told whole', { destination: { id: 'acct_other', object: 'account' } }],
    ['no account', { destination: null }],
    ['the other mode', { livemode: true }],
  ])('P11: an answer with %s is never taken for ours', async (_name, given) => {
    const { provider } = await openPeer(() => ({ json: transferObject(given) }));
    expect(await submitOne(provider)).toEqual({ kind: 'AMBIGUOUS', code: 'answer_mismatch' });
  });

  const JUNK: [string, Reply][] = [
    ['no JSON', { status: 200, text: '<html>busy</html>' }],
    ['nothing', { status: 200, text: '' }],
    ['a number', { status: 200, text: '5' }],
    ['null', { status: 200, text: 'null' }],
    ['a list', { status: 200, text: '[]' }],
    ['an empty object', { status: 200, text: '{}' }],
    ['another object', { json: listObject([]) }],
    ['an error with status 200', { json: { error: { code: 'balance_insufficient' } } }],
    ['a transfer with status 400', { status: 400, text: JSON.stringify(transferObject()) }],
    ['a refusal without a reason', { status: 400, text: '{"error":true}' }],
    ['a refusal as a text', { status: 401, text: '{"error":"invalid_grant"}' }],
    ['a proxy’s refusal', { status: 403, text: 'Forbidden' }],
    ['a place elsewhere', { status: 302, text: '', headers: { location: 'http://127.0.0.1:9/' } }],
    ['a code that is a number', { status: 500, text: '{"error":{"code":7,"type":[]}}' }],
    ['too much', { status: 200, text: `{"id":"${'x'.repeat(5 * 1_048_576)}"}` }],
    ['deep nesting', { status: 200, text: '['.repeat(100_000) }],
    ['a false prototype', { status: 200, text: '{"__proto__":{"id":"tr_1"},"lastResponse":1}' }],
  ];
  test.each(JUNK)('an answer that is %s leaves the payment open', async (_name, reply) => {
    const { provider } = await openPeer(() => reply);
    expect((await submitOne(provider))?.kind).toBe('AMBIGUOUS');
  });

  test.each(JUNK)('a look-up answered by %s is no verdict', async (_name, reply) => {
    const { provider } = await openPeer(() => reply);
    const found = await provider.lookup([order()]);
    // An empty list is the one answer that says something.
    const isEmpty = typeof reply === 'object' && 'json' in reply && 'data' in Object(reply.json);
    expect(found.get('pay_1:1')?.kind).toBe(isEmpty ? 'ABSENT' : 'AMBIGUOUS');
  });

  test('a prepared text that is not ours is not sent', async () => {
    const { provider, got } = await openPeer(() => ({ json: transferObject() }));
    const payment = { ...provider.prepare(order()), body: '{"amount":1}' };
    expect((await provider.submit([payment], inTime())).get('pay_1:1')?.kind).toBe('AMBIGUOUS');
    expect(got).toEqual([]);
  });

  test('an account that is none of Stripe’s is unfit, and so is a part of a whole currency', async () => {
    const { provider } = await openPeer(() => ({ json: {} }));
    expect(() => provider.prepare(order({ accountRef: 'DE89370400440532013000' }))).toThrow(
      /no connected account/,
    );
    expect(() => provider.prepare(order({ currency: 'MGA', amountMinor: 150n }))).toThrow(/whole/);
  });

  test('I16: the key is in no error and in no outcome', async () => {
    const more = { BURSAR_STRIPE_SECRET_KEY: KEY };
    const echo = failing(401, { message: `Invalid API Key provided: ${KEY}`, code: null });
    for (const reply of [echo, 'reset', { status: 200, text: KEY }] as const) {
      const { provider } = await openPeer(() => reply, more);
      const told = [
        await submitOne(provider),
        await provider.balance('USD').catch((error: unknown) => error),
        await provider.syncAccounts([ACCOUNT]).catch((error: unknown) => error),
        await provider.reverse?.({ ...order() }, 'key').catch((error: unknown) => error),
      ];
      const texts = told.map((one) =>
        one instanceof Error ? `${one.stack} ${JSON.stringify(one)}` : JSON.stringify(one),
      );
      expect(texts.join()).not.toContain('canary');
    }
  });
});

describe('a look-up', () => {
  const rows = (count: number, start = 0) =>
    Array.from({ length: count }, (_, at) =>
      transferObject({ id: `tr_${start + at}`, metadata: { txn_id: `pay_${start + at}:1` } }),
    );

  test('reads one list for all payments of a group, page by page', async () => {
    const { provider, got } = await openPeer(({ query }) => ({
      json:
        query.get('starting_after') === 'tr_99'
          ? listObject(rows(50, 100))
          : listObject(rows(100), true),
    }));
    const wanted = [3, 99, 120, 149, 150].map((at) => order({ reference: `pay_${at}:1` }));
    const found = await provider.lookup(wanted);
    expect([...found.values()].map(({ kind }) => kind)).toEqual([
      'SETTLED',
      'SETTLED',
      'SETTLED',
      'SETTLED',
      'ABSENT',
    ]);
    expect(got.map(({ path, query }) => [path, query.get('transfer_group')])).toEqual([
      ['/v1/transfers', 'bat_1/0'],
      ['/v1/transfers', 'bat_1/0'],
    ]);
  });

  test('groups are looked up apart, and one that fails says nothing of the other', async () => {
    const { provider } = await openPeer(({ query }) =>
      query.get('transfer_group') === 'bat_1/0'
        ? { json: listObject([transferObject()]) }
        : failing(500, {}),
    );
    const other = order({ reference: 'pay_2:1', groupId: 'bat_1/1' });
    const found = await provider.lookup([order(), other]);
    expect(found.get('pay_1:1')?.kind).toBe('SETTLED');
    expect(found.get('pay_2:1')?.kind).toBe('AMBIGUOUS');
  });

  test('what is found before a list breaks off is found; the rest is no verdict', async () => {
    const { provider } = await openPeer(({ query }) =>
      query.has('starting_after') ? 'reset' : { json: listObject([transferObject()], true) },
    );
    const found = await provider.lookup([order(), order({ reference: 'pay_2:1' })]);
    expect(found.get('pay_1:1')?.kind).toBe('SETTLED');
    expect(found.get('pay_2:1')?.kind).toBe('AMBIGUOUS');
  });

  test('a list that never ends is no verdict', async () => {
    const { provider } = await openPeer(() => ({ json: listObject([], true) }));
    expect((await provider.lookup([order()])).get('pay_1:1')?.kind).toBe('AMBIGUOUS');
  });

  test('two transfers of one reference are for a person; one told twice is one', async () => {
    const twice = (id: string) =>
      openPeer(() => ({ json: listObject([transferObject(), transferObject({ id })]) }));
    const two = await twice('tr_2');
    const one = await twice('tr_1');
    expect((await two.provider.lookup([order()])).get('pay_1:1')).toEqual({
      kind: 'AMBIGUOUS',
      code: 'two_transfers_for_one_reference',
    });
    expect((await one.provider.lookup([order()])).get('pay_1:1')?.kind).toBe('SETTLED');
  });

  test('P11: one that is ours and not as ordered is not taken', async () => {
    const { provider } = await openPeer(() => ({
      json: listObject([transferObject({ amount: 499 })]),
    }));
    expect((await provider.lookup([order()])).get('pay_1:1')).toEqual({
      kind: 'AMBIGUOUS',
      code: 'answer_mismatch',
    });
  });

  test('by its id where that is known, and by its group where the id is not', async () => {
    const { provider, got } = await openPeer(({ path }) =>
      path === '/v1/transfers/tr_1'
        ? { json: transferObject() }
        : path === '/v1/transfers'
          ? { json: listObject([transferObject()]) }
          : failing(404, { code: 'resource_missing' }),
    );
    for (const providerPaymentId of ['tr_1', 'tr_gone']) {
      const found = await provider.lookup([{ ...order(), providerPaymentId }]);
      expect(found.get('pay_1:1')?.kind).toBe('SETTLED');
    }
    expect(got.map(({ path }) => path)).toEqual([
      '/v1/transfers/tr_1',
      '/v1/transfers/tr_gone',
      '/v1/transfers',
    ]);
  });

  test('payouts in the list of their account, around the time of the sending', async () => {
    const sentAt = new Date('2026-01-01T12:00:00Z');
    const { provider, got } = await openPeer(
      () => ({ json: listObject([payoutObject({ status: 'paid' })]) }),
      PAYOUT,
    );
    const found = await provider.lookup([{ ...order(), sentAt }]);
    expect(found.get('pay_1:1')?.kind).toBe('SETTLED');
    expect(got[0]?.headers['stripe-account']).toBe(ACCOUNT);
    expect(Number(got[0]?.query.get('created[gte]'))).toBe(sentAt.getTime() / 1_000 - 3_600);
    expect(Number(got[0]?.query.get('created[lt]'))).toBe(sentAt.getTime() / 1_000 + 25 * 3_600);
  });

  test('P13: one that gets no turn in the shared budget is no verdict', async () => {
    const { provider, got } = await openPeer(
      () => ({ json: listObject([]) }),
      {},
      {
        ...plainTools(),
        pace: () => ({
          reserve: () => Promise.resolve({ granted: 0, waitMs: 1_000 }),
          turn: () => Promise.resolve(false),
          heed: () => undefined,
        }),
      },
    );
    expect((await provider.lookup([order()])).get('pay_1:1')?.kind).toBe('AMBIGUOUS');
    expect(await provider.reserve(5, 'USD')).toEqual({ granted: 0, waitMs: 1_000 });
    expect(got).toEqual([]);
  });
});
