import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { BATCH_SOURCES, BATCH_STATES } from '../../domain/batch.ts';

/** Payments of one currency and one provider, run by one workflow. */
export const batches = pgTable(
  'batches',
  {
    id: text('id').primaryKey(),
    batchNumber: bigint('batch_number', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    status: text('status', { enum: BATCH_STATES }).notNull().default('PENDING'),
    provider: text('provider').notNull(),
    currency: currency(),
    totalMinor: amountMinor('total_minor').notNull(),
    paymentCount: integer('payment_count').notNull(),
    chunkCount: integer('chunk_count').notNull(),
    contentHash: text('content_hash').notNull(),
    requiredApprovals: integer('required_approvals').notNull().default(0),
    note: text('note'),
    /** The escrow release that it pays out; none for a batch of commissions. */
    releaseId: text('release_id'),
    /** The programme whose earnings alone it pays; none for those of all. */
    programmeId: text('programme_id'),
    /** The schedule that made it, and for which period. */
    scheduleId: text('schedule_id'),
    period: text('period'),
    /** Only what had matured before then is in it. */
    maturedBy: instant('matured_by'),
    /** Payees that were left out, by code. */
    skipped: jsonb('skipped').$type<Record<string, number>>().notNull().default({}),
    /** How it came to be. */
    source: text('source', { enum: BATCH_SOURCES }).notNull().default('manual'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    /** Who last changed what is in it, after it was made. */
    editedBy: text('edited_by'),
    editedAt: instant('edited_at'),
    /** When the risk rules last judged it; nothing of it is sent before they did. */
    riskJudgedAt: instant('risk_judged_at'),
    scheduledFor: instant('scheduled_for'),
    /** When it was last worked out whose approval it needs; it is not queued before. */
    assessedAt: instant('assessed_at'),
    /** Until then it may be undone: so long after it was asked for and approved it is not queued. */
    undoUntil: instant('undo_until'),
    /** Somebody asked for execution; the workflow queues the batch once it is cleared. */
    executeRequestedAt: instant('execute_requested_at'),
    queuedAt: instant('queued_at'),
    /** Place in the queue for the slot: lowest first; kept over a pause. */
    queueRank: bigint('queue_rank', { mode: 'number' }),
    executedAt: instant('executed_at'),
    settlingAt: instant('settling_at'),
    completedAt: instant('completed_at'),
    failedAt: instant('failed_at'),
    cancelledAt: instant('cancelled_at'),
    pausedAt: instant('paused_at'),
    pausedReason: text('paused_reason'),
    /** Why the provider takes no more, where that paused it: it goes on by itself when that has passed. */
    haltCode: text('halt_code'),
    cancelRequestedAt: instant('cancel_requested_at'),
    cancelReason: text('cancel_reason'),
    completedCount: integer('completed_count').notNull().default(0),
    failedCount: integer('failed_count').notNull().default(0),
    heldCount: integer('held_count').notNull().default(0),
    completedMinor: amountMinor('completed_minor')
      .notNull()
      .default(sql`0`),
    failedMinor: amountMinor('failed_minor')
      .notNull()
      .default(sql`0`),
    heldMinor: amountMinor('held_minor')
      .notNull()
      .default(sql`0`),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('batches_number').on(table.batchNumber),
    uniqueIndex('batches_one_processing')
      .on(table.status)
      .where(sql`${table.status} = 'PROCESSING'`),
    uniqueIndex('batches_release')
      .on(table.releaseId)
      .where(sql`${table.releaseId} is not null`),
    uniqueIndex('batches_period')
      .on(table.programmeId, table.provider, table.currency, table.period)
      .where(sql`${table.period} is not null`),
    index('batches_queue')
      .on(table.queueRank)
      .where(sql`${table.status} = 'QUEUED'`),
    index('batches_open')
      .on(table.status)
      .where(sql`${table.status} in ('QUEUED', 'PROCESSING', 'SETTLING')`),
    check(
      'batches_status',
      sql`${table.status} in ('PENDING', 'QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED', 'CANCELLED')`,
    ),
    check('batches_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check('batches_total', sql`${table.totalMinor} > 0`),
    check('batches_size', sql`${table.paymentCount} between 1 and 1000000`),
    check('batches_paused', sql`(${table.pausedAt} is null) = (${table.pausedReason} is null)`),
    check('batches_halted', sql`${table.haltCode} is null or ${table.pausedAt} is not null`),
    check('batches_queued', sql`${table.status} <> 'QUEUED' or ${table.queueRank} is not null`),
  ],
);
