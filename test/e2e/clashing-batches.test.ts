import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import { callerOf, importPayees, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack({ workers: 1 });
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

test('64 clients that batch the same 1,000 commissions at once: no commission in two live payments', async () => {
  const names = await importPayees(caller, 'clash', 1_000);
  const db = openDatabase(stack.databaseUrl);
  const ids = await db.run(z.object({ id: z.string() }), 'select id from payees order by id');
  expect(ids).toHaveLength(names.length);
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, client) => {
      // Half of them want all, the others overlapping thirds.
      const from = (client * 15) % 667;
      const some = ids.slice(from, from + 333).map(({ id }) => id);
      return caller.post('/batches', client % 2 ? { affiliateIds: some } : {});
    }),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 400]));
  const [claims] = await db.run(
    z.object({ payments: z.bigint(), commissions: z.bigint(), amount: z.string() }),
    `select count(*) as payments, sum(commission_count) as commissions, sum(amount_minor)::text as amount
     from payments where status = 'PENDING'`,
  );
  await db.close();
  expect(claims).toEqual({ payments: 1_000n, commissions: 1_000n, amount: '1000000' });
  await expectBooksAgree(stack);
});
