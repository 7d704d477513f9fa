import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { useDeliveryStage } from '../support/delivery-stage.ts';

const stage = useDeliveryStage();

test('an event arrives as Standard Webhooks wants it, and the package of the receiver verifies it', async () => {
  const { id, secret } = await stage.endpoint();
  const [eventId = ''] = await stage.events('bat_signed', 1);
  expect(await stage.deliver(id)).toMatchObject({ left: 0 });
  const [call] = stage.receiver.received;
  expect(call?.headers).toMatchObject({
    'webhook-id': eventId,
    'content-type': 'application/json',
    'user-agent': 'Bursar',
  });
  expect(Object.keys(JSON.parse(call?.body ?? '') as object)).toEqual([
    'type',
    'timestamp',
    'data',
  ]);
  expect(call).toMatchObject({
    type: 'payout.item.paid',
    data: { batchId: 'bat_signed', amount: 9_007_199_254_740_991 },
  });
  expect(new Date(call?.timestamp ?? 0).toISOString()).toBe(call?.timestamp);
  const verify = (body: string) => new Webhook(secret).verify(body, call?.headers ?? {});
  expect(verify(call?.body ?? '')).toMatchObject({ type: 'payout.item.paid' });
  expect(() => verify(`${call?.body} `)).toThrow('No matching signature');
  expect(await stage.deliveriesOf(id)).toMatchObject([
    { id: eventId, status: 'DELIVERED', tries: 1, attempts: [{ status: 200, error: null }] },
  ]);
});

test('an endpoint gets the types that it wants; a test is for the endpoint that it names', async () => {
  const all = await stage.endpoint();
  const some = await stage.endpoint(stage.receiver.url, ['payout.item.held']);
  await stage.events('bat_types', 1, 'payout.item.paid');
  await stage.events('bat_types', 1, 'payout.item.held');
  await stage.run(
    "insert into outbox_events (id, type, data) values ($1, 'payout.test', jsonb_build_object('endpointId', $2::text))",
    [newId('event'), some.id],
  );
  await stage.deliver(some.id);
  expect(stage.receiver.taken.map(({ type }) => type).toSorted()).toEqual([
    'payout.item.held',
    'payout.test',
  ]);
  await stage.deliver(all.id);
  expect(stage.receiver.taken.slice(2).map(({ type }) => type)).toEqual([
    'payout.item.paid',
    'payout.item.held',
  ]);
});

test('events of a batch come in their order though every third fails at first; other batches go on', async () => {
  const { id } = await stage.endpoint();
  const first = await stage.events('bat_order_1', 9);
  const other = await stage.events('bat_order_2', 5);
  stage.receiver.answers = (call, nth) =>
    nth === 1 && call.data['batchId'] === 'bat_order_1' && Number(call.data['place']) % 3 === 2
      ? 500
      : 200;
  await stage.deliver(id);
  const takenOf = (batchId: string) =>
    stage.receiver.taken.flatMap((call) => (call.data['batchId'] === batchId ? [call.id] : []));
  expect(takenOf('bat_order_1')).toEqual(first.slice(0, 2));
  expect(takenOf('bat_order_2')).toEqual(other);
  const held = (await stage.deliveriesOf(id)).filter(({ status }) => status === 'PENDING');
  expect(held.map(({ tries }) => tries)).toEqual([1, 0, 0, 0, 0, 0, 0]);
  for (let rounds = 0; rounds < 3; rounds += 1) {
    await stage.age(id);
    await stage.deliver(id);
  }
  expect(takenOf('bat_order_1')).toEqual(first);
  expect(stage.receiver.received).toHaveLength(9 + 3 + 5);
});

test('eight batches are told of at once, and never two events of one batch', async () => {
  const { id } = await stage.endpoint();
  for (let batch = 0; batch < 12; batch += 1) await stage.events(`bat_wide_${batch}`, 3);
  const openOf = new Map<string, number>();
  let doubled = 0;
  stage.receiver.answers = (call) => {
    const batch = String(call.data['batchId']);
    const now = Date.now();
    if ((openOf.get(batch) ?? 0) > now) doubled += 1;
    openOf.set(batch, now + 25);
    return { status: 200, afterMs: 30 };
  };
  expect(await stage.deliver(id)).toMatchObject({ left: 0 });
  expect([stage.receiver.open.most, doubled, stage.receiver.taken.length]).toEqual([8, 0, 36]);
});

test('what comes while it lingers is delivered without a signal, within half a second', async () => {
  const { id } = await stage.endpoint();
  const running = stage.deliver(id, { lingerMs: 1_500, lookEveryMs: 250 });
  const delays: number[] = [];
  for (let batch = 0; batch < 4; batch += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const writtenMs = Date.now();
    await stage.events(`bat_later_${batch}`, 1);
    await expect
      .poll(() => stage.receiver.taken.length, { timeout: 2_000, interval: 10 })
      .toBe(batch + 1);
    delays.push((stage.receiver.taken.at(-1)?.atMs ?? Infinity) - writtenMs);
  }
  expect(await running).toEqual({ left: 0, nextMs: 250 });
  expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(500);
});
