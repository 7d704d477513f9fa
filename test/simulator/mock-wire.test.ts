import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  codeOf,
  eventually,
  item,
  payment,
  payoutSchema,
  payoutsSchema,
  startBench,
  type Bench,
  type Client,
} from './harness.ts';

let bench: Bench;
let client: Client;

beforeAll(async () => {
  bench = await startBench();
  client = bench.client();
});
afterAll(async () => await bench.close());
beforeEach(async () => void (await client.call('POST', '/_sim/reset')));

const resultsSchema = z.object({
  results: z.array(
    z.object({
      reference: z.string().nullable(),
      payout: payoutSchema.optional(),
      error: z.object({ code: z.string() }).optional(),
    }),
  ),
});

async function available(currency = 'USD'): Promise<number> {
  const { body } = await client.call('GET', `/mock/balance?currency=${currency}`);
  return z.object({ currency: z.literal(currency), available: z.number() }).parse(body).available;
}

describe('one payout', () => {
  test('is accepted, settles by itself and can be read by id and by reference', async () => {
    const made = await client.submit('pay_1');
    expect(made.status).toBe(201);
    const payout = payoutSchema.parse(made.body);
    expect(payout).toMatchObject({ ...payment('pay_1'), status: 'accepted', failureCode: null });
    expect(payout.id).toMatch(/^mp_[0-9a-f]{16}$/);
    await eventually(async () => (await client.lookup('pay_1'))[0]?.status === 'settled');
    const read = await client.call('GET', `/mock/payouts/${payout.id}`);
    expect(payoutSchema.parse(read.body).status).toBe('settled');
    expect((await client.call('GET', '/mock/payouts/mp_00')).status).toBe(404);
  });

  test('sent again with its key is the same payout; with another body it is refused', async () => {
    const first = payoutSchema.parse((await client.submit('pay_1', { key: 'k' })).body);
    const again = await client.submit('pay_1', { key: 'k' });
    expect(again.status).toBe(200);
    expect(payoutSchema.parse(again.body).id).toBe(first.id);
    const other = await client.submit('pay_1', { key: 'k', amount: 1_001 });
    expect([other.status, codeOf(other)]).toEqual([409, 'idempotency_mismatch']);
    expect(await client.transfers()).toHaveLength(1);
  });

  test('is on disk when it is answered', async () => {
    for (let at = 0; at < 100; at += 1) {
      await client.submit(`pay_${at}`);
      const lines = readFileSync(join(bench.dataDir, 'ledger.jsonl'), 'utf8').split('\n');
      expect(lines.filter((line) => line.includes(`"pay_${at}"`))).toHaveLength(1);
    }
  });

  test('under another key is a second transfer for the same reference', async () => {
    await client.submit('pay_1', { key: 'k1' });
    await client.submit('pay_1', { key: 'k2' });
    expect(await client.transfers()).toHaveLength(2);
    expect(await client.lookup('pay_1')).toHaveLength(2);
  });

  test.each([
    ['no amount', { amount: undefined }],
    ['zero', { amount: 0 }],
    ['negative', { amount: -1 }],
    ['a fraction', { amount: 1.5 }],
    ['an amount as text', { amount: '5' }],
    ['beyond what is exact', { amount: 2 ** 53 }],
    ['a currency that is none', { currency: 'usd' }],
    ['an empty recipient', { recipient: '' }],
  ])('with %s is refused and nothing happens', async (_name, changes) => {
    const refused = await client.submit('pay_1', changes);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid_request']);
    expect(await client.transfers()).toEqual([]);
  });

  test('needs the api key, an idempotency key, JSON, and at most 1 MiB', async () => {
    const headers = { 'idempotency-key': 'k' };
    const body = payment('pay_1');
    const post = async (options: object) => await client.call('POST', '/mock/payouts', options);
    const stranger = await post({ headers: { ...headers, authorization: 'Bearer no' }, body });
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'invalid_api_key']);
    expect((await post({ body })).status).toBe(400);
    expect((await post({ headers, body: '{"reference":' })).status).toBe(400);
    const large = await post({ headers, body: { ...body, description: 'x'.repeat(1_100_000) } });
    expect(large.status).toBe(413);
    expect(await client.transfers()).toEqual([]);
  });
});

describe('a batch', () => {
  test('answers each item as one of its own, in their order', async () => {
    await client.submit('known', { key: 'known' });
    const reply = await client.batch([
      item('new'),
      item('known'),
      item('bad', { amount: -5 }),
      item('known', { amount: 7 }),
    ]);
    expect(reply.status).toBe(200);
    const { results } = resultsSchema.parse(reply.body);
    expect(results.map(({ reference }) => reference)).toEqual(['new', 'known', 'bad', 'known']);
    expect(results.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      'invalid_request',
      'idempotency_mismatch',
    ]);
    expect(await client.transfers()).toHaveLength(2);
  });

  test('has 1 to 100 items', async () => {
    const items = Array.from({ length: 101 }, (_, at) => item(`pay_${at}`));
    expect((await client.batch([])).status).toBe(400);
    expect((await client.batch(items)).status).toBe(400);
    expect((await client.batch(items.slice(1))).status).toBe(200);
    expect(await client.transfers()).toHaveLength(100);
  });
});

describe('money', () => {
  test('is held by what is accepted and settled, and given back by a cancellation', async () => {
    await client.faults([{ effect: 'never_settle' }]);
    const before = await available();
    expect(before).toBe(10 ** 15);
    const { id } = payoutSchema.parse((await client.submit('pay_1')).body);
    expect(await available()).toBe(before - 1_000);
    const cancelled = await client.call('POST', `/mock/payouts/${id}/cancel`);
    expect(payoutSchema.parse(cancelled.body).status).toBe('cancelled');
    expect(await available()).toBe(before);
    expect((await client.call('POST', `/mock/payouts/${id}/cancel`)).status).toBe(200);
  });

  test('that is settled can no longer be cancelled', async () => {
    await client.faults([{ effect: 'settle_after', ms: 0 }]);
    const { id, status } = payoutSchema.parse((await client.submit('pay_1')).body);
    expect(status).toBe('settled');
    const late = await client.call('POST', `/mock/payouts/${id}/cancel`);
    expect([late.status, codeOf(late)]).toEqual([409, 'not_cancellable']);
  });

  test('runs out: 402, and nothing is made', async () => {
    const body = { provider: 'mock', currency: 'EUR', amount: 1_500 };
    await client.call('POST', '/_sim/balance', { body });
    expect((await client.submit('pay_1', { currency: 'EUR' })).status).toBe(201);
    const refused = await client.submit('pay_2', { currency: 'EUR' });
    expect([refused.status, codeOf(refused)]).toEqual([402, 'insufficient_balance']);
    expect(await available('EUR')).toBe(500);
    expect(await client.transfers()).toHaveLength(1);
  });
});

describe('lists', () => {
  test('of a period come in pages, oldest first', async () => {
    for (let at = 0; at < 5; at += 1) await client.submit(`pay_${at}`);
    const since = new Date(Date.now() - 60_000).toISOString();
    const page = async (cursor: string) =>
      payoutsSchema.parse(
        (await client.call('GET', `/mock/payouts?since=${since}&limit=2${cursor}`)).body,
      );
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { payouts, nextCursor } = await page(next === '' ? '' : `&cursor=${next}`);
      seen.push(...payouts.map(({ reference }) => reference));
      next = nextCursor ?? null;
    }
    expect(seen).toEqual(['pay_0', 'pay_1', 'pay_2', 'pay_3', 'pay_4']);
    const later = new Date(Date.now() + 60_000).toISOString();
    const none = await client.call('GET', `/mock/payouts?since=${later}`);
    expect(payoutsSchema.parse(none.body)).toEqual({ payouts: [], nextCursor: null });
  });

  test('by reference take up to 100 of them', async () => {
    await client.batch(Array.from({ length: 100 }, (_, at) => item(`pay_${at}`)));
    const query = (count: number) =>
      Array.from({ length: count }, (_, at) => `reference=pay_${at}`).join('&');
    const all = await client.call('GET', `/mock/payouts?${query(100)}`);
    expect(payoutsSchema.parse(all.body).payouts).toHaveLength(100);
    expect((await client.call('GET', `/mock/payouts?${query(101)}`)).status).toBe(400);
  });

  test('of accounts hold those that were set', async () => {
    const accounts = [
      { accountRef: 'a', kycStatus: 'APPROVED', email: 'a@example.com' },
      { accountRef: 'b', kycStatus: 'PENDING' },
    ];
    await client.call('POST', '/_sim/accounts', { body: { provider: 'mock', accounts } });
    const all = await client.call('GET', '/mock/accounts');
    expect(all.body).toMatchObject({ accounts });
    const named = await client.call('GET', '/mock/accounts?ref=b&ref=unknown');
    expect(named.body).toMatchObject({ accounts: [accounts[1]] });
  });
});
