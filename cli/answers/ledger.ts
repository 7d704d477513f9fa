import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

export const balancesAnswer = z.looseObject({
  balances: z.array(
    z.looseObject({
      account: text,
      type: orNull,
      currency: text,
      debit: z.int(),
      credit: z.int(),
      balance: z.int(),
    }),
  ),
});
/** What stands in one account in one currency. */
export type Balance = z.infer<typeof balancesAnswer>['balances'][number];

export const linePage = z.looseObject({
  entries: z.array(
    z.looseObject({
      entryId: text,
      line: z.int(),
      account: text,
      side: z.enum(['debit', 'credit']),
      amount: z.int(),
      currency: text,
      payeeId: orNull,
      corrects: orNull,
      createdAt: text,
    }),
  ),
  nextCursor: orNull,
});
/** One line of an entry. */
export type Line = z.infer<typeof linePage>['entries'][number];

export const checkAnswer = z.looseObject({
  balanced: z.boolean(),
  entries: z.int(),
  differences: z.array(z.looseObject({ entryId: text, currency: text, difference: z.int() })),
  derived: z.array(
    z.looseObject({
      what: text,
      entryId: orNull,
      account: text,
      payeeId: orNull,
      currency: text,
      derived: z.int(),
      stored: z.int(),
    }),
  ),
});
/** Whether the books are in order, and where not. */
export type LedgerCheck = z.infer<typeof checkAnswer>;
