import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  control,
  importPayees,
  makeBatch,
  readBatch,
  setFaults,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;
beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});
beforeEach(() => setFaults(stack, []));

const untilPaused = async (batchId: string) =>
  expect
    .poll(async () => (await readBatch(caller, batchId)).pausedReason, { timeout: 30_000 })
    .toMatch(/^HALT /)
    .then(() => untilBatch(caller, batchId, ['QUEUED']));

const casesAbout = (subject: string) =>
  db.run(
    z.object({ kind: z.string(), status: z.string() }),
    'select kind, status from cases where subject = $1 order by id',
    [subject],
  );

test('P14: the balance covers half: what fits is paid, the rest stays PENDING and is paid by itself after a top-up', async () => {
  await importPayees(caller, 'half', 300);
  await control(stack, 'balance', { provider: 'mock', currency: 'USD', amount: 150_000 });
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  const halted = await untilPaused(batchId);
  expect(halted.counts['FAILED'] ?? 0).toBe(0);
  expect(halted.counts['PENDING']).toBe(200);
  expect(await casesAbout(batchId)).toEqual([{ kind: 'halted', status: 'OPEN' }]);
  await control(stack, 'balance', { provider: 'mock', currency: 'USD', amount: 10_000_000 });
  const ended = await untilBatch(caller, batchId, undefined, 120_000);
  expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 300 } });
  expect(await casesAbout(batchId)).toEqual([{ kind: 'halted', status: 'RESOLVED' }]);
  await expectBooksAgree(stack);
});

test('a forbidden key halts at once, fails nothing, and waits for a person', async () => {
  await importPayees(caller, 'forbidden', 150);
  await setFaults(stack, [
    {
      when: { operation: 'submit' },
      probability: 1,
      effect: 'status_before',
      status: 403,
      code: 'forbidden',
    },
  ]);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  const halted = await untilPaused(batchId);
  expect(halted.counts['FAILED'] ?? 0).toBe(0);
  expect(halted.counts['CANCELLED'] ?? 0).toBe(0);
  expect(halted.pausedReason).toMatch(/HALT forbidden/);
  await setFaults(stack, []);
  await caller.post(`/batches/${batchId}/resume`, { reason: 'the provider allows it again' });
  const ended = await untilBatch(caller, batchId);
  expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 150 } });
  expect(await casesAbout(batchId)).toEqual([{ kind: 'halted', status: 'RESOLVED' }]);
  await expectBooksAgree(stack);
});

test('a failure that may heal is tried again hours later, by itself, with a new key, and the batch waits for it', async () => {
  await importPayees(caller, 'later', 20);
  await setFaults(stack, [
    {
      when: { operation: 'submit', recipient: 'later-7' },
      probability: 1,
      effect: 'fail_after',
      ms: 20,
      code: 'temporary_failure',
    },
  ]);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  await expect
    .poll(async () => (await readBatch(caller, batchId)).counts, { timeout: 30_000 })
    .toMatchObject({ COMPLETED: 19, FAILED: 1 });
  await untilBatch(caller, batchId, ['SETTLING']);
  const due = await db.run(
    z.object({ in_minutes: z.number() }),
    `select (extract(epoch from retry_at - now()) / 60)::float8 as in_minutes from payments
     where batch_id = $1 and retry_at is not null`,
    [batchId],
  );
  expect(due).toHaveLength(1);
  expect(due[0]?.in_minutes).toBeGreaterThan(58);
  await setFaults(stack, []);
  await db.run(
    z.unknown(),
    'update payments set retry_at = now() where batch_id = $1 and retry_at is not null',
    [batchId],
  );
  // The workflow's own timer was set for an hour; the sweep finds what is due before.
  const ended = await untilBatch(caller, batchId);
  expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 20 } });
  const sent = (await transfersOf(stack)).filter(({ recipient }) => recipient === 'later-7');
  expect(sent.map(({ status }) => status)).toEqual(['failed', 'settled']);
  expect(new Set(sent.map(({ reference }) => reference)).size).toBe(2);
  await expectBooksAgree(stack);
});
