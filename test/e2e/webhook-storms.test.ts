import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const resultsOf = async (batchId: string) => {
  const rows = await db.run(
    z.object({ result: z.string(), n: z.bigint() }),
    `select e.result, count(*) as n from webhook_events e join payments p on p.id = e.payment_id
     where p.batch_id = $1 group by e.result`,
    [batchId],
  );
  return Object.fromEntries(rows.map(({ result, n }) => [result, Number(n)]));
};

test('P5: 1,000 webhooks before the answers: each applied once, the late answer changes nothing', async () => {
  await importPayees(caller, 'first', 1_000);
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, effect: 'webhook_first' },
  ]);
  const batchId = await makeBatch(caller);
  const batch = await payOut(caller, batchId, 110_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 1_000 });
  expect(await transfersOf(stack)).toHaveLength(1_000);
  expect(await resultsOf(batchId)).toEqual({ applied: 1_000 });
  await expectBooksAgree(stack);
});

test('P6: 300 webhooks, each ten times and in any order: 300 effects', async () => {
  await importPayees(caller, 'tenfold', 300);
  const when = { provider: 'mock', operation: 'webhook' };
  await setFaults(stack, [
    { when, effect: 'webhook_duplicate', n: 10 },
    { when, effect: 'webhook_shuffle' },
  ]);
  const batchId = await makeBatch(caller);
  const batch = await payOut(caller, batchId, 110_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 300 });
  expect(await resultsOf(batchId)).toEqual({ applied: 300 });
  await expectBooksAgree(stack);
});
