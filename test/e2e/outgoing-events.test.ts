import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startReceiver, type Answers, type Receiver } from '../support/receiver.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;
const close: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterEach(async () => {
  for (const each of close.splice(0)) await each();
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const PATH = '/webhook-endpoints';
const madeSchema = z.object({ endpoint: z.object({ id: z.string() }), secret: z.string() });

async function listen(
  answers?: Answers,
): Promise<{ receiver: Receiver; id: string; secret: string }> {
  const receiver = await startReceiver(answers);
  const made = madeSchema.parse((await caller.post(PATH, { url: receiver.url })).body);
  close.push(async () => {
    await fetch(`${stack.apiUrl}/api/disbursement${PATH}/${made.endpoint.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${stack.apiKey}` },
    });
    await receiver.close();
  });
  return { receiver, id: made.endpoint.id, secret: made.secret };
}

/** Ids of a batch's events, in the order in which they happened. */
const eventsOf = async (batchId: string): Promise<string[]> => {
  const rows = await db.run(
    z.object({ id: z.string() }),
    'select id from outbox_events where batch_id = $1 order by sequence',
    [batchId],
  );
  return rows.map(({ id }) => id);
};
const pendingOf = async (endpointId: string): Promise<number> => {
  const rows = await db.run(
    z.object({ sequence: z.bigint() }),
    "select sequence from event_deliveries where endpoint_id = $1 and status = 'PENDING'",
    [endpointId],
  );
  return rows.length;
};
const untilNoneWaits = (endpointId: string) =>
  expect.poll(() => pendingOf(endpointId), { timeout: 60_000, interval: 200 }).toBe(0);

/** Waits for the next try are over at once, so that a test need not sit through them. */
function hurry(endpointId: string): void {
  const timer = setInterval(() => {
    db.run(
      z.unknown(),
      "update event_deliveries set due_at = now() where endpoint_id = $1 and status = 'PENDING' and due_at > now()",
      [endpointId],
    ).catch(() => {});
  }, 100);
  close.push(async () => clearInterval(timer));
}

/** What arrived, each event where it was first taken. */
const firstTaken = ({ taken }: Receiver): Receiver['taken'] =>
  taken.filter((call, place) => taken.findIndex(({ id }) => id === call.id) === place);

test('30 payees, one failing and one held: every event arrives, in order, though every third is refused at first', async () => {
  const seen: string[] = [];
  const { receiver, id, secret } = await listen((call, nth) => {
    if (!seen.includes(call.id)) seen.push(call.id);
    return nth === 1 && seen.indexOf(call.id) % 3 === 2 ? 500 : 200;
  });
  const slow = await listen(() => ({ status: 200, afterMs: 8_000 }));
  hurry(id);
  const names = await importPayees(caller, 'told', 30);
  const batchId = await makeBatch(caller);
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: names[0] },
      effect: 'reject',
      code: 'invalid_recipient',
    },
  ]);
  await db.run(
    z.unknown(),
    "update payees set hold_reason = 'asked for papers' where external_id = $1",
    [names[1]],
  );
  const batch = await payOut(caller, batchId, 60_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 28, FAILED: 1, ON_HOLD: 1 });
  await untilNoneWaits(id);

  const happened = await eventsOf(batchId);
  expect(happened).toHaveLength(1 + 28 + 28 + 1 + 1 + 1);
  const arrived = firstTaken(receiver);
  expect(arrived.map((call) => call.id)).toEqual(happened);
  const types = arrived.map(({ type }) => type);
  expect([types[0], types.at(-1)]).toEqual(['payout.batch.scheduled', 'payout.batch.completed']);
  const places = new Map<unknown, string[]>();
  for (const { type, data } of arrived.slice(1, -1)) {
    const of = places.get(data['paymentId']) ?? [];
    places.set(data['paymentId'], [...of, type.replace('payout.item.', '')]);
  }
  const lives = [...places.values()].map((words) => words.join(' ')).toSorted();
  expect(lives).toEqual(['failed', 'held', ...Array(28).fill('submitted paid')]);
  expect(arrived.at(-1)?.data).toMatchObject({
    batchId,
    status: 'COMPLETED',
    paymentCount: 30,
    completedCount: 28,
    completedAmount: 28_000,
    failedCount: 1,
    heldCount: 1,
  });
  expect(receiver.received.length).toBeGreaterThanOrEqual(60 + 20);
  for (const { body, headers } of receiver.received) new Webhook(secret).verify(body, headers);
  // A slow endpoint has held up neither the batch nor the other endpoint.
  expect(slow.receiver.taken.length).toBeLessThan(5);
}, 120_000);

test('a worker killed amid the delivery: the next one goes on, every event arrives at least once, in order', async () => {
  const { receiver, id } = await listen(() => ({ status: 200, afterMs: 60 }));
  await importPayees(caller, 'killed', 40);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBeGreaterThan(20);
  await stack.killWorker('SIGKILL');
  await stack.startWorker();
  await untilBatch(caller, batchId, ['COMPLETED'], 60_000);
  await untilNoneWaits(id);
  const arrived = firstTaken(receiver).map((call) => call.id);
  expect(arrived).toEqual(await eventsOf(batchId));
  expect(receiver.taken.length - arrived.length).toBeLessThanOrEqual(8);
}, 180_000);

test('a test event arrives within a second or two, and 410 ends the endpoint', async () => {
  const { receiver, id } = await listen();
  const startedMs = Date.now();
  expect(await caller.post(`${PATH}/${id}/test`)).toMatchObject({ status: 202 });
  await expect.poll(() => receiver.taken.length, { timeout: 10_000, interval: 20 }).toBe(1);
  expect(receiver.taken[0]).toMatchObject({ type: 'payout.test', data: { endpointId: id } });
  expect(Date.now() - startedMs).toBeLessThan(3_000);
  receiver.answers = () => 410;
  await caller.post(`${PATH}/${id}/test`);
  const statusOf = async () =>
    z
      .object({ endpoint: z.object({ status: z.string(), disabledReason: z.string().nullable() }) })
      .parse((await caller.get(`${PATH}/${id}`)).body).endpoint;
  await expect
    .poll(statusOf, { timeout: 10_000 })
    .toEqual({ status: 'DISABLED', disabledReason: 'it answered 410' });
});
