import { describe, expect, test } from 'vitest';
import { makePace, type BudgetStore } from '../../providers/pace.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import { lookUpOne, order, payout, SETTLED, submit, usePeer } from './xendit-peer.ts';

const peer = usePeer();
const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

describe('submissions', () => {
  test('v2: the key of the currency, our reference as the idempotency key', async () => {
    peer.answer = () => ({ body: payout() });
    expect((await submit(peer.xendit())).get('pay_1:1')).toEqual(SETTLED);
    expect(peer.seen).toMatchObject([
      {
        method: 'POST',
        url: '/base/v2/payouts',
        headers: {
          authorization: basic('xnd_development_key'),
          'idempotency-key': 'pay_1:1',
          'content-type': 'application/json',
        },
      },
    ]);
    expect(peer.seen[0]?.headers).not.toHaveProperty('for-user-id');
    expect(peer.seen[0]?.headers).not.toHaveProperty('api-version');
  });

  test('a sub-account is named, and v3 its version', async () => {
    const data = { payout_id: 'po-1', destination_amount: '1000000', destination_currency: 'PHP' };
    peer.answer = () => ({ body: { ...payout(data), id: undefined, status: 'ACCEPTED' } });
    const outcomes = await submit(peer.xendit({ apiVersion: 'v3' }), { currency: 'PHP' });
    expect(outcomes.get('pay_1:1')).toEqual({ kind: 'ACCEPTED', providerPaymentId: 'po-1' });
    expect(peer.seen).toMatchObject([
      {
        url: '/base/v3/payouts',
        headers: {
          authorization: basic('xnd_development_php'),
          'for-user-id': 'sub-1',
          'api-version': '2025-09-09',
        },
      },
    ]);
  });

  test('P3: bytes of v2 are repeated to v2, also when v3 is used by now', async () => {
    peer.answer = () => ({ body: payout() });
    const details = { details: null, payeeName: 'Ada' };
    const payment = peer.xendit().prepare({ ...order(), ...details });
    const outcomes = await peer.xendit({ apiVersion: 'v3' }).submit([payment], {
      sendBeforeMs: Infinity,
    });
    expect(outcomes.get('pay_1:1')).toEqual(SETTLED);
    expect(peer.seen).toMatchObject([{ url: '/base/v2/payouts', body: payment.body }]);
  });

  test('a currency without credentials sends nothing and halts', async () => {
    const provider = peer.xendit();
    const payment = { ...order({ currency: 'MYR' }), body: '{}' };
    const outcomes = await provider.submit([payment], { sendBeforeMs: Infinity });
    expect(outcomes.get('pay_1:1')).toMatchObject({ kind: 'HALT_BATCH', cause: 'credentials' });
    expect(provider.limits('MYR')).toBeNull();
    expect(peer.seen).toEqual([]);
  });

  test.each([
    ['html', '<html>'],
    ['nothing', ''],
    ['a list', [payout()]],
    ['another shape', payout({ amount: { value: 1 } })],
    ['an amount in words', payout({ amount: 'ten' })],
    ['a bomb', '['.repeat(100_000)],
    ['more than anybody needs', `"${'x'.repeat(5 * 1_048_576)}"`],
  ])('P2: an answer that is %s leaves the outcome open', async (_name, body) => {
    peer.answer = () => ({ body });
    expect((await submit(peer.xendit())).get('pay_1:1')).toMatchObject({ kind: 'AMBIGUOUS' });
  });
});

describe('look-ups', () => {
  test('P1: by reference, in both shapes that are documented', async () => {
    for (const body of [[payout()], { data: [payout()], has_more: false, links: {} }]) {
      peer.answer = () => ({ body });
      expect(await lookUpOne(peer.xendit())).toEqual(SETTLED);
    }
    expect(peer.seen[0]?.url).toBe('/base/v2/payouts?reference_id=pay_1%3A1');
  });

  test('nothing there is absent; a missing page is not', async () => {
    const found = async (body: unknown, status = 200) => {
      peer.answer = () => ({ status, body });
      return lookUpOne(peer.xendit());
    };
    expect(await found([])).toEqual({ kind: 'ABSENT' });
    expect(await found({ error_code: 'DATA_NOT_FOUND' }, 404)).toEqual({ kind: 'ABSENT' });
    for (const [body, status] of [
      ['<html>not found</html>', 404],
      [{ message: 'Not Found' }, 404],
      [{ error_code: 'SERVER_ERROR' }, 500],
      [{ data: 'none' }, 200],
      ['', 200],
      [null, 200],
    ] as const) {
      expect(await found(body, status)).toEqual({ kind: 'AMBIGUOUS', code: 'lookup_failed' });
    }
  });

  test('two payouts of one reference are a contradiction, those of others prove nothing', async () => {
    peer.answer = () => ({ body: [payout(), payout({ id: 'disb-2' })] });
    const two = { kind: 'AMBIGUOUS', code: 'two_transfers_for_one_reference' };
    expect(await lookUpOne(peer.xendit())).toEqual(two);
    peer.answer = () => ({ body: [payout({ reference_id: 'pay_1:11' })] });
    expect(await lookUpOne(peer.xendit())).toEqual({ kind: 'AMBIGUOUS', code: 'answer_mismatch' });
    peer.answer = () => ({ body: { data: [], has_more: true } });
    expect(await lookUpOne(peer.xendit())).toMatchObject({ kind: 'AMBIGUOUS' });
  });

  test('by the provider’s id where it is known, at the generation that made it', async () => {
    peer.answer = () => ({ body: payout() });
    expect(
      await lookUpOne(peer.xendit({ apiVersion: 'v3' }), { providerPaymentId: 'disb-1' }),
    ).toEqual(SETTLED);
    expect(peer.seen[0]?.url).toBe('/base/v2/payouts/disb-1');
    peer.answer = () => ({ body: payout({ id: 'disb-2' }) });
    expect(await lookUpOne(peer.xendit(), { providerPaymentId: 'disb-1' })).toMatchObject({
      code: 'answer_mismatch',
    });
    peer.answer = () => ({ status: 404, body: { error_code: 'DATA_NOT_FOUND' } });
    expect(await lookUpOne(peer.xendit(), { providerPaymentId: 'disb-1' })).toEqual({
      kind: 'AMBIGUOUS',
      code: 'known_id_not_found',
    });
  });

  test('P1: v3 without an id is searched among the movements; that there is none proves nothing', async () => {
    const provider = peer.xendit({ apiVersion: 'v3' });
    expect(provider.capabilities.doubt).toBe('resend');
    peer.answer = () => ({ body: { has_more: false, data: [] } });
    expect(await lookUpOne(provider)).toEqual({ kind: 'AMBIGUOUS', code: 'not_searchable' });
    expect(peer.seen.map(({ url }) => url)).toEqual([
      '/base/transactions?types=DISBURSEMENT&currency=IDR&reference_id=pay_1%3A1&limit=2',
    ]);
  });

  test('a currency without credentials is not looked up', async () => {
    expect(await lookUpOne(peer.xendit(), { currency: 'MYR' })).toMatchObject({
      kind: 'AMBIGUOUS',
    });
    expect(peer.seen).toEqual([]);
  });

  test('P13: as far as the budget reaches, each as often; the others stay open', async () => {
    const asked: string[] = [];
    const store: BudgetStore = {
      take: (key) => {
        asked.push(key);
        const granted = asked.length <= 3 ? 1 : 0;
        return Promise.resolve({ granted, waitMs: granted ? 0 : 600_000 });
      },
      block: () => Promise.resolve(),
    };
    const pace: ProviderTools['pace'] = (provider, name, limit) =>
      makePace(store, `${provider}/${name}`, limit);
    peer.answer = ({ url }) => ({
      body: [payout({ reference_id: new URL(url, 'http://x').searchParams.get('reference_id') })],
    });
    const orders = Array.from({ length: 10 }, (_, index) => order({ reference: `pay_${index}:1` }));
    const found = await peer.xendit({}, { ...plainTools(), pace }).lookup(orders);
    const kinds = [...found.values()].map((result) => result.kind);
    expect(kinds.filter((kind) => kind === 'SETTLED')).toHaveLength(3);
    expect([...found.values()].filter((result) => result.kind === 'AMBIGUOUS')).toEqual(
      Array.from({ length: 7 }, () => ({ kind: 'AMBIGUOUS', code: 'lookup_rate_limited' })),
    );
    expect(new Set(asked)).toEqual(new Set(['xendit/IDR/look-ups']));
  });
});

test('P13: each endpoint of each currency is told what its answers say about its budget', async () => {
  const told: Record<string, unknown[]> = {};
  const pace: ProviderTools['pace'] = (_provider, name) => ({
    reserve: (count) => Promise.resolve({ granted: Math.min(count, 3), waitMs: 0 }),
    turn: () => Promise.resolve(true),
    heed: (news) => {
      (told[name] ??= []).push(news);
    },
  });
  const headers = { 'Rate-Limit-Limit': '60', 'Rate-Limit-Remaining': '7' };
  peer.answer = ({ method }) => ({
    status: method === 'POST' ? 429 : 200,
    body: [],
    headers: { ...headers, 'Rate-Limit-Reset': '1.5' },
  });
  const provider = peer.xendit({}, { ...plainTools(), pace });
  await submit(provider, { currency: 'PHP' });
  await lookUpOne(provider);
  expect(told).toEqual({
    'PHP/payouts': [{ limited: true, remaining: 7, resetMs: 1_500 }],
    'IDR/look-ups': [{ limited: false, remaining: 7, resetMs: 1_500 }],
  });
  expect(await provider.reserve(10, 'PHP')).toEqual({ granted: 3, waitMs: 0 });
  // Without credentials there is no budget, and the submission halts.
  expect(await provider.reserve(10, 'MYR')).toEqual({ granted: 10, waitMs: 0 });
});
