import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';

/** Who was left out when a batch was made, and the code of the first reason. */
export const batchExclusions = pgTable(
  'batch_exclusions',
  {
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    payeeId: text('payee_id').notNull(),
    code: text('code').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.batchId, table.payeeId] }),
    index('batch_exclusions_payee').on(table.payeeId, table.batchId),
  ],
);
