import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { SYSTEM } from '../../db/queries/actor.ts';
import { endpointsWithDueEvents } from '../../db/queries/deliver-events.ts';
import { replayDeliveries } from '../../db/queries/event-deliveries.ts';
import {
  deleteEndpoint,
  findEndpoint,
  updateEndpoint,
} from '../../db/queries/webhook-endpoints.ts';
import { DELIVERY_WAITS_MS } from '../../domain/delivery.ts';
import { openHere, useDeliveryStage } from '../support/delivery-stage.ts';
import { startReceiver } from '../support/receiver.ts';

const stage = useDeliveryStage();

test('a receiver that is down for a day gets all of them later, in order', async () => {
  const { id } = await stage.endpoint();
  const port = Number(new URL(stage.receiver.url).port);
  await stage.receiver.close();
  const ids = await stage.events('bat_down', 4);
  const waits: number[] = [];
  for (let tries = 1; tries <= 10; tries += 1) {
    const { left, nextMs } = await stage.deliver(id);
    expect(left).toBe(4);
    waits.push(nextMs);
    await stage.age(id);
  }
  waits.forEach((wait, index) => {
    const planned = DELIVERY_WAITS_MS[index] ?? 0;
    expect(wait).toBeGreaterThan(planned - 2_000);
    expect(wait).toBeLessThanOrEqual(planned * 1.1);
  });
  const [head, ...rest] = await stage.deliveriesOf(id);
  expect(head?.attempts).toEqual(waits.map(() => ({ status: null, error: 'ECONNREFUSED' })));
  expect(rest.map(({ tries }) => tries)).toEqual([0, 0, 0]);
  stage.receiver = await startReceiver(() => 204, port);
  expect(await stage.deliver(id)).toMatchObject({ left: 0 });
  expect(stage.receiver.taken.map((call) => call.id)).toEqual(ids);
});

test('after the last try an event is given up, with a warning in the audit log, and the next one goes on', async () => {
  const { id } = await stage.endpoint();
  const [lost = '', next] = await stage.events('bat_lost', 2);
  stage.receiver.answers = (call) => (call.id === lost ? 400 : 200);
  for (let tries = 1; tries <= 13; tries += 1) {
    expect((await stage.deliveriesOf(id)).map(({ status }) => status)).toEqual([
      'PENDING',
      'PENDING',
    ]);
    await stage.deliver(id);
    await stage.age(id);
  }
  expect((await stage.deliveriesOf(id)).map(({ status }) => status)).toEqual([
    'GIVEN_UP',
    'DELIVERED',
  ]);
  expect(stage.receiver.taken.map((call) => call.id)).toEqual([next]);
  expect((await stage.deliveriesOf(id))[0]?.attempts).toHaveLength(13);
  expect(await stage.auditOf(id)).toContainEqual({
    action: 'endpoint.event_given_up',
    status: 'WARNING',
    batch_id: 'bat_lost',
  });
  stage.receiver.answers = () => 200;
  expect(await replayDeliveries(stage.db, id, { failed: true }, SYSTEM)).toBe(1);
  await stage.deliver(id);
  expect(stage.receiver.taken.map((call) => call.id)).toEqual([next, lost]);
  expect((await stage.deliveriesOf(id))[0]).toMatchObject({ status: 'DELIVERED', tries: 1 });
});

test('410 disables the endpoint, with the reason; what waits goes on when it is enabled again', async () => {
  const { id } = await stage.endpoint();
  const ids = await stage.events('bat_gone', 3);
  stage.receiver.answers = (call) => (call.id === ids[1] ? 410 : 200);
  expect(await stage.deliver(id)).toEqual({ left: 0, nextMs: 20 });
  expect(await findEndpoint(stage.db, id)).toMatchObject({
    status: 'DISABLED',
    disabledReason: 'it answered 410',
  });
  expect((await stage.deliveriesOf(id)).map(({ status }) => status)).toEqual([
    'DELIVERED',
    'PENDING',
    'PENDING',
  ]);
  expect(await stage.auditOf(id)).toContainEqual({
    action: 'endpoint.disabled',
    status: 'WARNING',
    batch_id: null,
  });
  await stage.age(id);
  expect(await endpointsWithDueEvents(stage.db)).toEqual([]);
  await stage.events('bat_missed', 1);
  await stage.deliver(id);
  expect(stage.receiver.received).toHaveLength(2);
  stage.receiver.answers = () => 200;
  await updateEndpoint(stage.db, id, { enabled: true }, SYSTEM);
  expect(await endpointsWithDueEvents(stage.db)).toEqual([id]);
  expect(await stage.deliver(id)).toMatchObject({ left: 0 });
  expect(stage.receiver.taken.map((call) => call.id)).toEqual(ids);
});

test('a deleted endpoint gets nothing, not even what waited', async () => {
  const { id } = await stage.endpoint();
  await stage.events('bat_deleted', 2);
  await deleteEndpoint(stage.db, id, SYSTEM);
  expect(await stage.deliver(id)).toMatchObject({ left: 0 });
  expect(stage.receiver.received).toEqual([]);
  expect((await stage.deliveriesOf(id)).map(({ status }) => status)).toEqual([
    'GIVEN_UP',
    'GIVEN_UP',
  ]);
});

test('a wait that a 429 or 503 asks for is kept, up to an hour; others may not ask', async () => {
  const { id } = await stage.endpoint();
  await stage.events('bat_busy', 1);
  const soon = new Date(Date.now() + 600_000).toUTCString();
  const cases: [number, string, number][] = [
    [429, '120', 120],
    [503, soon, 600],
    [503, '86400', 3_600],
    [429, 'later', 600],
    [500, '86400', 1_800],
  ];
  for (const [status, asked, seconds] of cases) {
    stage.receiver.answers = () => ({ status, headers: { 'retry-after': asked } });
    await stage.deliver(id);
    const wait = (await stage.deliveriesOf(id))[0]?.wait_s ?? 0;
    expect([status, asked, Math.abs(wait - seconds) <= seconds * 0.11]).toEqual([
      status,
      asked,
      true,
    ]);
    await stage.age(id);
  }
});

test('an answer that never comes is a failed try after the time is up', async () => {
  const { id } = await stage.endpoint();
  await stage.events('bat_slow', 1);
  const by = openHere({ callMs: 400 });
  stage.receiver.answers = () => ({ status: 200, afterMs: 5_000 });
  await stage.deliver(id, { by });
  expect(await stage.deliveriesOf(id)).toMatchObject([
    { status: 'PENDING', attempts: [{ status: null, error: 'timeout' }] },
  ]);
  await by.close();
});

test('an answer that never ends is dropped after 64 KiB, and counts by its status', async () => {
  const sent = { bytes: 0 };
  const endless = createServer((request, response) => {
    request.resume();
    response.writeHead(200);
    const more = (): void => {
      sent.bytes += 16_384;
      response.write('x'.repeat(16_384), (error) => error ?? setTimeout(more, 5));
    };
    more();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const { port } = endless.address() as AddressInfo;
  const { id } = await stage.endpoint(`http://127.0.0.1:${port}/`);
  await stage.events('bat_endless', 1);
  await stage.deliver(id);
  expect(sent.bytes).toBeLessThan(1_000_000);
  expect(await stage.deliveriesOf(id)).toMatchObject([
    { status: 'DELIVERED', attempts: [{ status: 200, error: null }] },
  ]);
  endless.closeAllConnections();
  endless.close();
});

test('what is replayed during its try is delivered, whichever of the two is recorded first', async () => {
  const { id } = await stage.endpoint();
  const [eventId = ''] = await stage.events('bat_raced', 1);
  stage.receiver.answers = () => 500;
  for (let tries = 0; tries < 2; tries += 1) {
    await stage.deliver(id);
    await stage.age(id);
  }
  stage.receiver.answers = () => ({ status: 500, afterMs: 300 });
  const running = stage.deliver(id);
  await expect.poll(() => stage.receiver.received.length).toBe(3);
  expect(await replayDeliveries(stage.db, id, { eventIds: [eventId, 'evt_none'] }, SYSTEM)).toBe(1);
  stage.receiver.answers = () => 200;
  await running;
  await stage.deliver(id);
  expect(await stage.deliveriesOf(id)).toMatchObject([{ status: 'DELIVERED', tries: 1 }]);
});
