import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  eventually,
  pause,
  payment,
  payoutSchema,
  startBench,
  WEBHOOK_SECRET,
  type Bench,
  type Client,
  type Received,
} from './harness.ts';

let bench: Bench;
let client: Client;

async function begin(answers: number[] = []): Promise<void> {
  bench = await startBench(answers);
  client = bench.client();
}

beforeEach(async () => await begin());
afterEach(async () => await bench.close());

function isGenuine({ raw, headers }: Received): boolean {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  const picked = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  try {
    new Webhook(WEBHOOK_SECRET).verify(raw, picked);
    return true;
  } catch {
    return false;
  }
}

const types = () => bench.received.map(({ event }) => event.type);

test('a settled payout is told once, signed by Standard Webhooks', async () => {
  const { id } = payoutSchema.parse((await client.submit('pay_1')).body);
  await eventually(() => bench.received.length > 0);
  await pause(150);
  expect(bench.received).toHaveLength(1);
  const [webhook] = bench.received;
  expect(webhook?.path).toBe('/webhooks/mock');
  expect(webhook?.event).toMatchObject({
    type: 'payout.settled',
    data: { payout: { ...payment('pay_1'), id, status: 'settled' } },
  });
  expect(webhook?.headers['webhook-id']).toBe(webhook?.event.id);
  expect(webhook !== undefined && isGenuine(webhook)).toBe(true);
});

test('what is settled in the answer itself is not told', async () => {
  await client.faults([{ effect: 'settle_after', ms: 0 }]);
  await client.submit('pay_1');
  await pause(150);
  expect(bench.received).toEqual([]);
});

test('a webhook that is not taken comes again after a second, under the same id', async () => {
  await bench.close();
  await begin([500, 204]);
  await client.submit('pay_1');
  await eventually(() => bench.received.length === 2);
  const [first, second] = bench.received;
  expect(second?.event).toEqual(first?.event);
  await eventually(async () => {
    const { body } = await client.call('GET', '/_sim/stats');
    return JSON.stringify(body).includes('"undelivered":0');
  });
});

test('1,000 settles arrive over few connections, each once', async () => {
  const items = (from: number) =>
    Array.from({ length: 100 }, (_, at) => {
      const reference = `pay_${from + at}`;
      return { ...payment(reference), idempotencyKey: reference };
    });
  for (let from = 0; from < 1_000; from += 100) await client.batch(items(from));
  await eventually(() => bench.received.length >= 1_000);
  await pause(100);
  const references = new Set(bench.received.map(({ event }) => event.data.payout.reference));
  expect([bench.received.length, references.size]).toEqual([1_000, 1_000]);
});

test('failing, returning and cancelling are told as what they are', async () => {
  await client.faults([
    { when: { reference: 'fails' }, effect: 'fail_after', ms: 10, code: 'closed_account' },
    { when: { reference: 'returns' }, effect: 'return_after', ms: 30 },
    { when: { reference: 'waits' }, effect: 'never_settle' },
  ]);
  await client.submit('fails');
  await eventually(() => types().length === 1);
  expect(bench.received[0]?.event.data.payout.failureCode).toBe('closed_account');
  await client.submit('returns');
  await eventually(() => types().length === 3);
  const { id } = payoutSchema.parse((await client.submit('waits')).body);
  await client.call('POST', `/mock/payouts/${id}/cancel`);
  await eventually(() => types().length === 4);
  expect(types()).toEqual([
    'payout.failed',
    'payout.settled',
    'payout.returned',
    'payout.cancelled',
  ]);
});

test('webhook_drop: it never comes, and the transfer is settled all the same', async () => {
  await client.faults([{ when: { operation: 'webhook' }, effect: 'webhook_drop' }]);
  await client.submit('pay_1');
  await eventually(async () => (await client.lookup('pay_1'))[0]?.status === 'settled');
  await pause(150);
  expect(bench.received).toEqual([]);
});

test('webhook_duplicate: it comes n times under one id', async () => {
  await client.faults([{ effect: { type: 'webhook_duplicate', n: 10 } }]);
  await client.submit('pay_1');
  await eventually(() => bench.received.length === 10);
  expect(new Set(bench.received.map(({ event }) => event.id)).size).toBe(1);
});

test('webhook_delay: it comes that much later', async () => {
  await client.faults([{ effect: 'webhook_delay', ms: 400 }]);
  const startedAtMs = Date.now();
  await client.submit('pay_1');
  await eventually(() => bench.received.length === 1);
  expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(440);
});

test('webhook_first: it comes before the answer, which still says accepted', async () => {
  await client.faults([{ effect: 'webhook_first' }]);
  const answer = payoutSchema.parse((await client.submit('pay_1')).body);
  expect(bench.received.map(({ event }) => event.data.payout.status)).toEqual(['settled']);
  expect(answer.status).toBe('accepted');
  await pause(150);
  expect(bench.received).toHaveLength(1);
});

test('webhook_shuffle: two events of a payout arrive the wrong way round', async () => {
  await client.faults([{ effect: 'return_after', ms: 0 }, { effect: 'webhook_shuffle' }]);
  await client.submit('pay_1');
  await eventually(() => bench.received.length === 2);
  expect(types()).toEqual(['payout.returned', 'payout.settled']);
});

test('webhook_forge: a false one with a bad signature comes beside the true one', async () => {
  await client.faults([{ effect: 'webhook_forge' }]);
  await client.submit('pay_1');
  await eventually(() => bench.received.length === 2);
  const told = bench.received.map((webhook) => [webhook.event.type, isGenuine(webhook)]);
  expect(told).toContainEqual(['payout.settled', true]);
  expect(told).toContainEqual(['payout.failed', false]);
});
