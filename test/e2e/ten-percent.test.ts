import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

test.each([
  { failing: 20, end: 'COMPLETED' },
  { failing: 25, end: 'COMPLETED' },
  { failing: 26, end: 'FAILED' },
])(
  '250 payees in 3 chunks of which $failing fail for good end as $end',
  async ({ failing, end }) => {
    const names = await importPayees(caller, `ten-${failing}`, 250);
    // Spread over the batch: many refusals in a row would pause it before its end.
    const refused = names.filter((_, place) => place % 9 === 0).slice(0, failing);
    await setFaults(stack, [
      {
        when: { provider: 'mock', operation: 'submit', recipient: refused },
        probability: 1,
        effect: 'reject',
        code: 'invalid_recipient',
      },
    ]);
    const batch = await payOut(caller, await makeBatch(caller));
    expect(batch.status).toBe(end);
    expect(batch.counts).toMatchObject({ COMPLETED: 250 - failing, FAILED: failing });
    await expectBooksAgree(stack);
  },
);
