import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { instantColumn } from '../../db/rows.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  setFaults,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { temporalCommand } from '../support/temporal-command.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const run = promisify(execFile);
let stack: TestStack;
let caller: Caller;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '5000' } });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

async function makeBatches(prefix: string, count: number, payees: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    await importPayees(caller, `${prefix}-${number}`, payees);
    ids.push(await makeBatch(caller));
  }
  return ids;
}

const spanRow = z.object({
  id: z.string(),
  executed_at: instantColumn,
  settling_at: instantColumn,
});

test('20 batches executed at once: one at a time, in the order of their queueing, told of the free slot', async () => {
  const ids = await makeBatches('slot', 20, 10);
  await Promise.all(ids.map((id) => caller.post(`/batches/${id}/execute`)));
  for (const id of ids) await untilBatch(caller, id, undefined, 110_000);
  const spans = await db.run(
    spanRow,
    'select id, executed_at, settling_at from batches where id = any($1) order by queue_rank',
    [ids],
  );
  const waitsMs = spans.slice(1).map((span, index) => {
    const before = spans[index];
    return span.executed_at.getTime() - (before?.settling_at.getTime() ?? 0);
  });
  expect(Math.min(...waitsMs)).toBeGreaterThanOrEqual(0);
  const p95Ms = waitsMs.toSorted((a, b) => a - b).at(Math.ceil(waitsMs.length * 0.95) - 1) ?? 0;
  console.log(`slot handed over in ${p95Ms} ms (p95); the bench measures it on a quiet machine`);
  // Far below the 30 s after which a batch that was told nothing would look by itself.
  expect(p95Ms).toBeLessThan(10_000);
  await expectBooksAgree(stack);
});

test('the holder of the slot terminated: the next one starts within 60 s and the holder is healed', async () => {
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 1_500 },
  ]);
  const [holder = '', next = ''] = await makeBatches('terminated', 2, 300);
  await caller.post(`/batches/${holder}/execute`);
  await untilBatch(caller, holder, ['PROCESSING'], 20_000);
  await caller.post(`/batches/${next}/execute`);
  const temporal = await temporalCommand(stack);
  await run(temporal.file, [...temporal.args('workflow', 'terminate'), '-w', `batch/${holder}`]);
  const terminatedAt = Date.now();
  await untilBatch(caller, next, ['PROCESSING', 'SETTLING', 'COMPLETED'], 60_000);
  expect(Date.now() - terminatedAt).toBeLessThan(60_000);
  await setFaults(stack, []);
  expect((await untilBatch(caller, next)).counts).toMatchObject({ COMPLETED: 300 });
  expect((await untilBatch(caller, holder)).counts).toMatchObject({ COMPLETED: 300 });
  await expectBooksAgree(stack);
});

test("signals and queries of Temporal's own CLI work as the API's", async () => {
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 400 },
  ]);
  const [id = ''] = await makeBatches('by-hand', 1, 1_000);
  await caller.post(`/batches/${id}/execute`);
  await untilBatch(caller, id, ['PROCESSING'], 20_000);
  const temporal = await temporalCommand(stack);
  const workflow = ['-w', `batch/${id}`];
  const signal = (name: string) =>
    run(temporal.file, [
      ...temporal.args('workflow', 'signal'),
      ...workflow,
      '--name',
      name,
      '--input',
      '{"actor":"operator","reason":"by hand"}',
    ]);
  await signal('pause');
  const paused = await untilBatch(caller, id, ['QUEUED'], 20_000);
  expect(paused.pausedReason).toBe('by hand');
  const before = paused.counts['PENDING'] ?? 0;
  expect(before).toBeGreaterThan(0);
  await sleep(1_000);
  const { stdout } = await run(temporal.file, [
    ...temporal.args('workflow', 'query'),
    ...workflow,
    '--type',
    'progress',
  ]);
  expect(stdout).toContain('"paused"');
  expect((await untilBatch(caller, id, ['QUEUED'])).counts['PENDING']).toBe(before);
  await signal('resume');
  await setFaults(stack, []);
  expect((await untilBatch(caller, id)).counts).toMatchObject({ COMPLETED: 1_000 });
  await expectBooksAgree(stack);
});
