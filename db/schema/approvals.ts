import { sql } from 'drizzle-orm';
import { check, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';
import { createdAt } from './columns.ts';

/** One person's word on one content of a batch; another content hash voids it. */
export const approvals = pgTable(
  'approvals',
  {
    id: text('id').primaryKey(),
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    contentHash: text('content_hash').notNull(),
    decision: text('decision', { enum: ['approved', 'rejected'] }).notNull(),
    actor: text('actor').notNull(),
    comment: text('comment'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('approvals_one_word_each').on(table.batchId, table.contentHash, table.actor),
    check('approvals_decision', sql`${table.decision} in ('approved', 'rejected')`),
  ],
);
