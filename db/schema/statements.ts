import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/**
 * The number of a payee's statement: of one payout, or of a year. Numbers have no gaps and are given
 * once, in the order in which payouts were settled; what a statement says is read from the books.
 */
export const statements = pgTable(
  'statements',
  {
    number: bigint('number', { mode: 'number' }).primaryKey(),
    payeeId: text('payee_id').notNull(),
    paymentId: text('payment_id'),
    year: integer('year'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('statements_payment')
      .on(table.paymentId)
      .where(sql`${table.paymentId} is not null`),
    uniqueIndex('statements_year')
      .on(table.payeeId, table.year)
      .where(sql`${table.year} is not null`),
    index('statements_payee').on(table.payeeId),
    check('statements_of_one', sql`(${table.paymentId} is null) <> (${table.year} is null)`),
    check('statements_number', sql`${table.number} > 0`),
  ],
);
