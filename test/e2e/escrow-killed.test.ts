import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import { setFaults, transfersOf } from '../support/payout.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let platform: Platform;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  platform = platformOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const RECIPIENTS = 20;

async function scheduled(name: string): Promise<string> {
  const recipients = await Promise.all(
    Array.from({ length: RECIPIENTS }, () => platform.recipient()),
  );
  const projectId = await platform.project(
    recipients,
    recipients.map(() => 10_000 / RECIPIENTS),
  );
  return platform.schedule({ escrowId: name, projectId, amount: 123_457 });
}

/** Waits until the database says that a step has been reached. */
async function untilStep(batchId: string, condition: string): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const rows = await db.run(
      z.object({ reached: z.boolean() }),
      `select exists (
         select 1 from batches b join payments p on p.batch_id = b.id
         left join attempts a on a.payment_id = p.id and a.generation = p.generation
         where b.id = $1 and ${condition}) as reached`,
      [batchId],
    );
    if (rows[0]?.reached) return;
    await sleep(5);
  }
  throw new Error(`the step was not reached: ${condition}`);
}

const submission = (effect: Record<string, unknown>, probability = 1) =>
  setFaults(stack, [{ when: { provider: 'mock', operation: 'submit' }, probability, ...effect }]);

/** Holds the books against each other; the state in which the payout has ended. */
async function paidOnce(batchId: string): Promise<string> {
  const payout = await platform.untilPayout(batchId, ['completed']);
  expect(payout.items).toHaveLength(RECIPIENTS);
  const paid = new Set(payout.items.map(({ paymentId }) => paymentId));
  const transfers = (await transfersOf(stack)).filter(({ reference }) =>
    paid.has(reference.split(':')[0] ?? ''),
  );
  expect(transfers).toHaveLength(RECIPIENTS);
  expect(transfers.reduce((sum, { amount }) => sum + amount, 0)).toBe(123_457);
  await expectBooksAgree(stack);
  await platform.expectLedgerBalanced();
  const verified = await platform.call('GET', '/api/disbursement/verify');
  expect(verified).toMatchObject({ status: 200, body: { ok: true } });
  return payout.status;
}

const killWorker = async (): Promise<void> => {
  await stack.killWorker('SIGKILL');
  await stack.startWorker();
};

const killApi = async (): Promise<void> => {
  await stack.killApi('SIGKILL');
  await stack.startApi();
};

test('kill -9 of the API right after it scheduled, before the workflow can run: the sweep starts it', async () => {
  await stack.killWorker('SIGKILL');
  const batchId = await scheduled('killed-after-schedule');
  await killApi();
  await stack.startWorker();
  expect(await paidOnce(batchId)).toBe('completed');
});

test('kill -9 of the API while it schedules: the repeated call finds one batch, made or not', async () => {
  const recipient = await platform.recipient();
  const projectId = await platform.project([recipient], [10_000]);
  const body = { escrowId: 'killed-in-schedule', projectId, amount: 5_000, currency: 'USD' };
  const calls = Array.from({ length: 20 }, () =>
    platform.call('POST', '/revenue/schedule-payouts', body).catch(() => null),
  );
  await sleep(3);
  await stack.killApi('SIGKILL');
  await Promise.all(calls);
  await stack.startApi();
  const again = await platform.call('POST', '/revenue/schedule-payouts', body);
  expect([201, 409]).toContain(again.status);
  const listed = await platform.call('GET', '/revenue/payouts?escrowId=killed-in-schedule');
  const { payouts } = z
    .object({ payouts: z.array(z.object({ batchId: z.string() })) })
    .parse(listed.body);
  expect(payouts).toHaveLength(1);
  await platform.untilPayout(payouts[0]?.batchId ?? '', ['completed']);
  await expectBooksAgree(stack);
});

test('kill -9 of the worker once the batch holds the slot, before anything is sent', async () => {
  await submission({ effect: 'delay', ms: 300 });
  const batchId = await scheduled('killed-with-slot');
  await untilStep(batchId, "b.status = 'PROCESSING'");
  await killWorker();
  await submission({ effect: 'delay', ms: 1 });
  expect(await paidOnce(batchId)).toBe('completed');
});

test('kill -9 of the worker with the intent written and the call under way', async () => {
  await submission({ effect: 'delay', ms: 1_500 });
  const batchId = await scheduled('killed-with-intent');
  await untilStep(batchId, "a.status = 'SENDING'");
  await killWorker();
  await submission({ effect: 'delay', ms: 1 });
  expect(await paidOnce(batchId)).toBe('completed');
});

test('kill -9 of the worker after the provider took the money and before we heard of it', async () => {
  await submission({ effect: 'accept_then_hang', ms: 5_000 });
  const batchId = await scheduled('killed-after-accept');
  await untilStep(batchId, "a.status = 'SENDING'");
  for (
    let tries = 0;
    (await transfersOf(stack)).every(
      ({ reference }) => !reference.startsWith(`pay_${batchId.slice(4, 28)}`),
    ) && tries < 200;
    tries += 1
  )
    await sleep(20);
  await killWorker();
  await submission({ effect: 'delay', ms: 1 });
  expect(await paidOnce(batchId)).toBe('completed');
});

test('kill -9 of worker and API while payments wait for their confirmation: late webhooks are taken', async () => {
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'webhook' },
      probability: 1,
      effect: 'webhook_delay',
      ms: 3_000,
    },
  ]);
  const batchId = await scheduled('killed-settling');
  await untilStep(batchId, "b.status = 'SETTLING' and a.status = 'ACCEPTED'");
  await Promise.all([killWorker(), killApi()]);
  await setFaults(stack, []);
  expect(await paidOnce(batchId)).toBe('completed');
});

test('kill -9 of the worker at ten random moments of one release', async () => {
  await submission({ effect: 'delay', ms: 200 });
  const batchId = await scheduled('killed-again-and-again');
  for (let kill = 0; kill < 10; kill += 1) {
    await sleep(100 + ((kill * 137) % 400));
    await killWorker();
  }
  await submission({ effect: 'delay', ms: 1 });
  expect(await paidOnce(batchId)).toBe('completed');
});
