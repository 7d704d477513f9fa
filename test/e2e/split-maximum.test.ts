import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import { insertRule } from '../support/earned.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
  type Caller,
} from '../support/payout.ts';
import { setCooldown } from '../support/security-policy.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
  await setCooldown(db, 0);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const moved = async () =>
  (await transfersOf(stack))
    .filter(({ status }) => status === 'settled' || status === 'accepted')
    .map(({ amount }) => amount)
    .toSorted((a, b) => a - b);

test('a payee above the maximum is paid in parts; what failed is cancelled and paid by the next batch', async () => {
  await importPayees(caller, 'part', 1, '1000.01');
  await insertRule(db, { payout: { maximums: [{ currency: 'USD', amount: 30_000 }] } });
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit', recipient: 'part-1', nth: [2] },
      effect: 'reject',
      code: 'invalid_recipient',
    },
  ]);
  const batch = await payOut(caller, await makeBatch(caller));
  expect(batch).toMatchObject({ paymentCount: 4, counts: { COMPLETED: 3, FAILED: 1 } });
  await expectBooksAgree(stack);

  const [failed] = await db.run(
    z.object({ id: z.string(), account_id: z.string(), amount_minor: z.bigint() }),
    "select id, account_id, amount_minor from payments where status = 'FAILED'",
  );
  if (!failed) throw new Error('no payment has failed');
  const cancelled = await caller.post(`/payments/${failed.id}/cancel`, { reason: 'a test' });
  expect(cancelled.status).toBe(200);
  await expectBooksAgree(stack);

  await setFaults(stack, []);
  // The failure holds the account until its details change.
  await db.run(z.unknown(), 'update accounts set changed_at = now() where id = $1', [
    failed.account_id,
  ]);
  const rest = await payOut(caller, await makeBatch(caller));
  expect(rest).toMatchObject({ status: 'COMPLETED', paymentCount: 1 });
  expect(await moved()).toEqual([25_000, 25_000, 25_000, 25_001]);
  await expectBooksAgree(stack);
  const left = await db.run(
    z.object({ n: z.string() }),
    'select coalesce(sum(amount_minor), 0)::text as n from payables where paid_at is null',
  );
  expect(left).toEqual([{ n: '0' }]);
});
