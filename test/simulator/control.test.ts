import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  eventually,
  item,
  payment,
  payoutSchema,
  startBench,
  transfersSchema,
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

const requestsSchema = z.object({
  requests: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      key: z.string().nullable(),
      reference: z.string().nullable(),
      bodySha256: z.string().nullable(),
      status: z.number().nullable(),
      at: z.string(),
    }),
  ),
});

const requests = async () =>
  requestsSchema.parse((await client.call('GET', '/_sim/requests')).body).requests;

test('every request is recorded as received, with its answer or the want of one', async () => {
  await client.faults([{ when: { reference: 'lost' }, effect: 'accept_then_reset' }]);
  await client.submit('a', { key: 'key-a' });
  await client.submit('lost').catch(() => undefined);
  await client.call('GET', '/mock/payouts?reference=a');
  await client.call('GET', '/mock/nowhere');
  const rows = await requests();
  const bodySha256 = createHash('sha256')
    .update(JSON.stringify(payment('a')))
    .digest('hex');
  expect(rows[0]).toMatchObject({
    method: 'POST',
    path: '/mock/payouts',
    key: 'key-a',
    reference: 'a',
    bodySha256,
    status: 201,
  });
  expect(rows.slice(1).map(({ reference, status }) => [reference, status])).toEqual([
    ['lost', null],
    ['a', 200],
    [null, 404],
  ]);
});

test('a batch is recorded as the call and as each of its items', async () => {
  await client.batch([item('a', { idempotencyKey: 'key-a' }), item('b', { amount: 0 })]);
  const rows = await requests();
  expect(rows.map(({ key, reference, status }) => [key, reference, status])).toEqual([
    [null, null, 200],
    ['key-a', 'a', 201],
    ['b', 'b', 400],
  ]);
});

test('since leaves out what is older', async () => {
  await client.submit('a');
  const later = new Date(Date.now() + 60_000).toISOString();
  const transfers = await client.call('GET', `/_sim/transfers?provider=mock&since=${later}`);
  expect(transfersSchema.parse(transfers.body).transfers).toEqual([]);
  const other = await client.call('GET', '/_sim/transfers?provider=xendit');
  expect(transfersSchema.parse(other.body).transfers).toEqual([]);
  expect((await client.call('GET', '/_sim/requests?since=yesterday')).status).toBe(422);
  expect((await client.call('GET', `/_sim/requests?since=${later}`)).body).toEqual({
    requests: [],
  });
});

test('settle gives a transfer any status, gives the money back, and tells of it', async () => {
  await client.faults([{ effect: 'never_settle' }]);
  await client.submit('forced');
  const settle = async (body: object) => await client.call('POST', '/_sim/settle', { body });
  expect((await settle({ reference: 'forced', status: 'settled' })).status).toBe(200);
  expect((await settle({ reference: 'forced', status: 'returned' })).status).toBe(200);
  // The receiver may still hear of what the tests before this one made.
  const told = () => bench.received.filter(({ event }) => event.data.payout.reference === 'forced');
  await eventually(() => told().length === 2);
  const types = told().map(({ event }) => event.type);
  expect(types.toSorted()).toEqual(['payout.returned', 'payout.settled']);
  const balance = await client.call('GET', '/mock/balance?currency=USD');
  expect(balance.body).toEqual({ currency: 'USD', available: 10 ** 15 });
  expect((await settle({ reference: 'nobody', status: 'settled' })).status).toBe(404);
  expect((await settle({ reference: 'forced', status: 'accepted' })).status).toBe(422);
});

test('stats count and add up per provider, currency and status', async () => {
  await client.faults([
    { effect: 'settle_after', ms: 0, when: { reference: 's*' } },
    { effect: 'never_settle' },
  ]);
  await client.batch([item('s1'), item('s2', { amount: 5 }), item('w', { currency: 'EUR' })]);
  const { body } = await client.call('GET', '/_sim/stats');
  expect(body).toEqual({
    stats: [
      { provider: 'mock', currency: 'USD', status: 'settled', count: 2, amount: 1_005 },
      { provider: 'mock', currency: 'EUR', status: 'accepted', count: 1, amount: 1_000 },
    ],
    webhooks: { undelivered: 0 },
  });
});

test('reset forgets everything, and ids are not given twice', async () => {
  const first = payoutSchema.parse((await client.submit('a')).body);
  await client.faults([{ effect: 'refuse' }]);
  await client.call('POST', '/_sim/reset');
  expect(await client.transfers()).toEqual([]);
  expect(await requests()).toEqual([]);
  const second = await client.submit('a');
  expect(second.status).toBe(201);
  expect(payoutSchema.parse(second.body).id).not.toBe(first.id);
  await bench.restart();
  client = bench.client();
  expect(await client.transfers()).toHaveLength(1);
});

test.each([
  ['/_sim/balance', { provider: 'mock', currency: 'USD', amount: -1 }],
  ['/_sim/balance', { provider: 'nobody', currency: 'USD', amount: 1 }],
  ['/_sim/accounts', { provider: 'mock', accounts: [{ accountRef: 'a', kycStatus: 'MAYBE' }] }],
  ['/_sim/settle', { reference: 'a' }],
])('%s refuses what it does not understand', async (path, body) => {
  expect((await client.call('POST', path, { body })).status).toBe(422);
});
