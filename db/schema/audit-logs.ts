import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/**
 * What happened, by whom. Written in the statement of the change itself; append-only. For a change of
 * state `fromState` and `toState` hold the step, so the history of a row is a path to be checked.
 */
export const auditLogs = pgTable(
  'audit_logs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    action: text('action').notNull(),
    status: text('status', { enum: ['SUCCESS', 'FAILURE', 'WARNING', 'INFO'] }).notNull(),
    batchId: text('batch_id'),
    paymentId: text('payment_id'),
    fromState: text('from_state'),
    toState: text('to_state'),
    actor: text('actor').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    details: jsonb('details').$type<Record<string, unknown>>(),
    createdAt: createdAt(),
    /** The transaction that wrote it, by which the log is sealed in whole transactions. */
    xact: bigint('xact', { mode: 'bigint' })
      .notNull()
      .default(sql`(pg_current_xact_id()::text::bigint + audit_offset())`),
  },
  (table) => [
    index('audit_logs_xact').using('brin', table.xact),
    index('audit_logs_actor')
      .on(table.actor, table.createdAt)
      .where(sql`${table.actor} <> 'system'`),
    index('audit_logs_batch')
      .on(table.batchId, table.id)
      .where(sql`${table.batchId} is not null`),
    index('audit_logs_payment')
      .on(table.paymentId, table.id)
      .where(sql`${table.paymentId} is not null`),
    check('audit_logs_status', sql`${table.status} in ('SUCCESS', 'FAILURE', 'WARNING', 'INFO')`),
  ],
);
