import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** One comparison of our books with a provider's list, for one day in UTC. */
export const reconciliations = pgTable(
  'reconciliations',
  {
    id: text('id').primaryKey(),
    provider: text('provider').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    status: text('status', { enum: ['RUNNING', 'DONE', 'FAILED'] })
      .notNull()
      .default('RUNNING'),
    requestedBy: text('requested_by').notNull(),
    matched: integer('matched').notNull().default(0),
    missingThere: integer('missing_there').notNull().default(0),
    missingHere: integer('missing_here').notNull().default(0),
    amountDiffers: integer('amount_differs').notNull().default(0),
    statusDiffers: integer('status_differs').notNull().default(0),
    /** Counts and sums by currency, of our side and theirs, and the balances. */
    report: jsonb('report').$type<Record<string, unknown>>(),
    failure: text('failure'),
    createdAt: createdAt(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('reconciliations_day').on(table.provider, table.day, table.id),
    check('reconciliations_status', sql`${table.status} in ('RUNNING', 'DONE', 'FAILED')`),
  ],
);

/** A provider's list while it is compared; emptied when the comparison is done. Not crash-safe on purpose. */
export const reconciliationItems = pgTable(
  'reconciliation_items',
  {
    reconciliationId: text('reconciliation_id').notNull(),
    reference: text('reference').notNull(),
    providerPaymentId: text('provider_payment_id').notNull(),
    amountMinor: bigint('amount_minor', { mode: 'bigint' }).notNull(),
    currency: text('currency').notNull(),
    /** Our word: what an outcome of this kind makes of a payment. */
    status: text('status').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('reconciliation_items_run').on(table.reconciliationId)],
);
