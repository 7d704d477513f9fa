import { sql } from 'drizzle-orm';
import { check, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';
import { createdAt } from './columns.ts';
import { ROLES } from '../../domain/permissions.ts';

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
    /** The role in which it was said; none in words of earlier versions. */
    role: text('role', { enum: ROLES }),
    comment: text('comment'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('approvals_one_word_each').on(table.batchId, table.contentHash, table.actor),
    check('approvals_decision', sql`${table.decision} in ('approved', 'rejected')`),
  ],
);
