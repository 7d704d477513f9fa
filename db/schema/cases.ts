import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { CASE_KINDS, CASE_SEVERITIES } from '../../domain/case.ts';

/** Something that a person must look at and decide. One is open for each subject at most. */
export const cases = pgTable(
  'cases',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: CASE_KINDS }).notNull(),
    severity: text('severity', { enum: CASE_SEVERITIES }).notNull(),
    status: text('status', { enum: ['OPEN', 'RESOLVED'] })
      .notNull()
      .default('OPEN'),
    /** What it is about, unique among the open ones of its kind: a reference, a provider, a day. */
    subject: text('subject').notNull(),
    summary: text('summary').notNull(),
    provider: text('provider'),
    batchId: text('batch_id'),
    paymentId: text('payment_id'),
    reconciliationId: text('reconciliation_id'),
    /** Facts for the one who looks: codes, amounts and ids, never account details. */
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
    owner: text('owner'),
    note: text('note'),
    resolution: text('resolution'),
    resolvedBy: text('resolved_by'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    uniqueIndex('cases_one_open')
      .on(table.kind, table.subject)
      .where(sql`${table.status} = 'OPEN'`),
    index('cases_newest').on(table.status, table.id),
    index('cases_payment')
      .on(table.paymentId)
      .where(sql`${table.paymentId} is not null`),
    check('cases_status', sql`${table.status} in ('OPEN', 'RESOLVED')`),
    check(
      'cases_resolved',
      sql`(${table.status} = 'RESOLVED') = (${table.resolvedAt} is not null and ${table.resolution} is not null)`,
    ),
  ],
);
