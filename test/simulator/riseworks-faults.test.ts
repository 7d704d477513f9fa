import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, pause } from './harness.ts';
import {
  eventSchema,
  failureOf,
  isGenuine,
  payment,
  startRiseBench,
  type RiseBench,
} from './rise-bench.ts';

let bench: RiseBench;

beforeAll(async () => {
  bench = await startRiseBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.enter();
});

const pay = async (...at: number[]) =>
  await bench.authed('PUT', '/payments', await bench.ready(at.map((each) => payment(each))));
const types = () => bench.events().map(({ event_type: type }) => type);

describe('webhooks', () => {
  test('tell of the group, then of each payment that was sent, signed over t.body', async () => {
    await pay(1, 2);
    await eventually(() => bench.hooks.length === 3);
    expect(bench.hooks.every(isGenuine)).toBe(true);
    expect(types()).toEqual(['payment.group.created', 'payment.sent', 'payment.sent']);
    const [group, ...sent] = bench.events();
    const listed = (await bench.list()).map(({ payment: { nanoid } }) => nanoid);
    expect(group?.payment_group?.payments.map(({ nanoid }) => nanoid)).toEqual(listed);
    const told = sent.map((event) => event.payment?.nanoid);
    expect(new Set(told)).toEqual(new Set(listed));
    const keys = bench.events().map((event) => event.idempotency_key);
    expect(new Set(keys).size).toBe(3);
    expect(bench.hooks[0]?.path).toBe('/webhooks/riseworks');
  });

  test('say nothing of a payment that failed or came back', async () => {
    await bench.faults(
      { when: { recipient: 'us-person1' }, effect: 'fail_after', ms: 10, code: 'removed' },
      { when: { recipient: 'us-person2' }, effect: 'return_after', ms: 10 },
    );
    await pay(1, 2);
    await eventually(async () =>
      (await bench.transfers()).every(({ status }) => ['failed', 'returned'].includes(status)),
    );
    await eventually(() => bench.hooks.length === 2);
    await pause(100);
    expect(types()).toEqual(['payment.group.created', 'payment.sent']);
    const states = (await bench.list()).map(({ payment: { state } }) => state);
    expect(states).toEqual(['removed', 'removed']);
  });

  test('webhook_first: they are there before the answer', async () => {
    await bench.faults({ effect: 'webhook_first' });
    await pay(1);
    expect(types().toSorted()).toEqual(['payment.group.created', 'payment.sent']);
  });

  test('webhook_forge: a false one with a bad signature comes first, under the same key', async () => {
    const body = await bench.ready([payment(1)]);
    await bench.faults({ effect: 'webhook_forge' });
    await bench.authed('PUT', '/payments', body);
    await eventually(() => bench.hooks.length === 4);
    const forged = bench.hooks
      .filter((hook) => !isGenuine(hook))
      .map(({ raw }) => eventSchema.parse(JSON.parse(raw)));
    expect(forged).toHaveLength(2);
    const keysOf = (events: typeof forged) =>
      events.map((event) => event.idempotency_key).toSorted();
    expect(keysOf(forged)).toEqual(keysOf(bench.events()));
    expect(forged.map(({ payment: told }) => told?.amount_cents)).toContain(10_000);
  });
});

describe('faults', () => {
  test('hit the PUT and not the draft: nothing happened, or it happened and the answer is lost', async () => {
    await bench.faults({ effect: 'status_before', status: 503, when: { operation: 'submit' } });
    expect((await pay(1)).status).toBe(503);
    expect(await bench.transfers()).toEqual([]);
    await bench.faults({ effect: 'accept_then_status', status: 500 });
    const body = await bench.ready([payment(1)]);
    expect(failureOf(await bench.authed('PUT', '/payments', body))).toEqual([
      500,
      'INTERNAL_SERVER_ERROR',
    ]);
    expect(await bench.transfers()).toHaveLength(1);
    await bench.faults({ effect: 'accept_then_reset' });
    await expect(bench.authed('PUT', '/payments', body)).rejects.toThrow('fetch failed');
    await bench.faults();
    expect((await bench.authed('PUT', '/payments', body)).status).toBe(200);
    expect(await bench.transfers()).toHaveLength(1);
  });

  test('can ask for the draft or the login', async () => {
    await bench.faults({ effect: 'status_before', status: 503, when: { operation: 'draft' } });
    expect((await bench.draft([payment(1)])).status).toBe(503);
    await bench.faults({ effect: 'status_before', status: 429, when: { operation: 'login' } });
    const limited = await bench.call('GET', `/auth/siwe?wallet=0x${'1'.repeat(40)}`);
    expect(failureOf(limited)).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(limited.headers.get('retry-after')).toBe('1');
  });

  test('reject: one of the group brings all of it down, and is named', async () => {
    const rule = { effect: 'reject', code: 'INVALID_RECIPIENT', when: { recipient: 'us-person2' } };
    await bench.faults(rule);
    const refused = await pay(1, 2, 3);
    expect(failureOf(refused)).toEqual([400, 'INVALID_RECIPIENT']);
    expect(JSON.stringify(refused.body)).toContain('us-person2');
    expect(await bench.transfers()).toEqual([]);
    expect((await pay(1, 3)).status).toBe(200);
  });

  test('lies in lists: one missing, another id, a cent more, a state of no meaning, another order', async () => {
    await pay(1, 2, 3);
    const truth = await bench.list();
    const seenUnder = async (rule: object) => {
      await bench.faults({ when: { operation: 'lookup', recipient: 'us-person2' }, ...rule });
      return await bench.list();
    };
    expect(await seenUnder({ effect: 'omit' })).toHaveLength(2);
    const moved = await seenUnder({ effect: 'wrong_id' });
    expect(moved[1]?.payment.nanoid).not.toBe(truth[1]?.payment.nanoid);
    expect((await seenUnder({ effect: 'wrong_amount' }))[1]?.payment.amount_cents).toBe(1_001);
    expect((await seenUnder({ effect: 'unknown_status' }))[1]?.payment.state).toBe('in_limbo');
    await bench.faults({ when: { operation: 'lookup' }, effect: 'shuffle' });
    const ids = (await bench.list()).map(({ payment: { nanoid } }) => nanoid);
    const before = truth.map(({ payment: { nanoid } }) => nanoid);
    expect(ids).not.toEqual(before);
    expect(ids.toSorted()).toEqual(before.toSorted());
  });

  test('forget_key: the chain forgets the digest, and pays again', async () => {
    const body = await bench.ready([payment(1)]);
    await bench.authed('PUT', '/payments', body);
    await bench.faults({ effect: 'forget_key' });
    await bench.authed('PUT', '/payments', body);
    expect(await bench.transfers()).toHaveLength(2);
  });

  test('refuse: the connection is cut before anything is read', async () => {
    const body = await bench.ready([payment(1)]);
    await bench.faults({ effect: 'refuse', when: { operation: 'submit' } });
    await expect(bench.authed('PUT', '/payments', body)).rejects.toThrow('fetch failed');
    expect(await bench.transfers()).toEqual([]);
  });
});
