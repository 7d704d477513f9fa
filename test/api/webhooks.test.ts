import { expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { addPayable, unique } from './support/data.ts';
import { count, useTestApi, WEBHOOK_SECRET } from './support/test-api.ts';

const api = useTestApi();

interface Delivery {
  body: string;
  headers: Record<string, string>;
}

/** Signs an event as the provider does, unless told another secret or time. */
function signed(body: string, secret = WEBHOOK_SECRET, at = new Date()): Delivery {
  const id = idOf(body);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
  };
}

const idOf = (body: string): string => /"id":"(evt-[^"]+)"/.exec(body)?.[1] ?? 'evt-none';

const deliver = ({ body, headers }: Delivery) =>
  api.call('POST', '/webhooks/mock', { as: null, raw: body, headers });

const event = (given: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: unique('evt'),
    type: 'payout.settled',
    data: {
      payout: {
        id: 'mp_1',
        reference: `pay_${'0'.repeat(32)}:1`,
        recipient: 'x',
        amount: 1,
        currency: 'USD',
        status: 'settled',
        createdAt: new Date().toISOString(),
        ...given,
      },
    },
  });

const events = () => count(api.db, 'select count(*) as n from webhook_events');

test('an authentic event is stored once and answered the same when it comes again', async () => {
  const delivery = signed(event());
  const first = await deliver(delivery);
  const second = await deliver(delivery);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.at('result')).toBe('duplicate');
  expect(await events()).toBe(1);
});

test('events of other payments and amounts never settle ours', async () => {
  const affiliateId = await addPayable(api);
  const made = await api.post('/batches', { affiliateIds: [affiliateId] });
  const batch = await api.get(`/batches/${String(made.at('batch.id'))}`);
  const reference = String(batch.at('batch.payments.0.reference'));
  expect((await deliver(signed(event({ reference, amount: 1 })))).status).toBe(200);
  expect(await count(api.db, "select count(*) as n from payments where status = 'COMPLETED'")).toBe(
    0,
  );
});

const OTHER_SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const unsigned = (body: string) => ({ body, headers: { 'content-type': 'application/json' } });

test.each([
  ['signed with another secret', (body: string) => signed(body, OTHER_SECRET)],
  ['an hour old', (body: string) => signed(body, WEBHOOK_SECRET, new Date(Date.now() - 3_600_000))],
  ['not signed', unsigned],
  ['changed after it was signed', (body: string) => ({ ...signed(body), body: `${body} ` })],
])('an event that is %s is 401 and is not stored', async (_name, deliveryOf) => {
  const before = await events();
  const answer = await deliver(deliveryOf(event()));
  expect([answer.status, answer.at('error.code')]).toEqual([401, 'unauthorized']);
  expect(await events()).toBe(before);
});

test('junk that is signed is 422', async () => {
  for (const body of ['[]', '{"type": 1}', '{"id":"evt-junk","type":"x","data":{}}']) {
    expect((await deliver(signed(body))).status).toBe(422);
  }
});

test('a large body is 413, an unknown provider 404', async () => {
  expect((await deliver(signed('x'.repeat(300_000), OTHER_SECRET))).status).toBe(413);
  for (const provider of ['bank', 'xendit']) {
    const answer = await api.call('POST', `/webhooks/${provider}`, { as: null, raw: '{}' });
    expect(answer.status).toBe(404);
  }
});

test('a flood of forged events leaves a few audit rows that say how many', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const rows = "select count(*) as n from audit_logs where action = 'webhook.rejected'";
  const before = await count(api.db, rows);
  const forged = unsigned(event());
  await Promise.all(Array.from({ length: 500 }, () => deliver(forged)));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await count(api.db, rows)) - before).toBeLessThanOrEqual(4);
  const sum =
    "select sum((details->>'count')::int) as n from audit_logs where action = 'webhook.rejected'";
  expect(await count(api.db, sum)).toBeGreaterThanOrEqual(500);
});

test('many events at once share statements, and each is answered', async () => {
  const before = await events();
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => deliver(signed(event()))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await events()) - before).toBe(1_000);
});
