import { pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { amountMinor } from './columns.ts';

/** What can be paid, and the least that one payment may carry. Filled by `migrateDatabase`. */
export const currencies = pgTable('currencies', {
  code: text('code').primaryKey(),
  digits: smallint('digits').notNull(),
  minimumPayoutMinor: amountMinor('minimum_payout_minor').notNull(),
});
