import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';
import { createdAt, instant } from './columns.ts';

/**
 * A request that executes several payments together, signed. Stored before it is executed, so that a
 * repetition sends the same signed bytes and never a second signature for live payments.
 */
export const submissionGroups = pgTable(
  'submission_groups',
  {
    id: text('id').primaryKey(),
    provider: text('provider').notNull(),
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    requestSealed: text('request_sealed').notNull(),
    requestHash: text('request_hash').notNull(),
    /** From then on the provider refuses it, so it can never be executed. */
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [check('submission_groups_provider', sql`${table.provider} <> ''`)],
);
