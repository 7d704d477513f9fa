import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { HOLD_REASONS, PAYMENT_STATES } from '../../domain/payment.ts';

/** One transfer to one payee in one batch. Who, how much and where to never change after creation. */
export const payments = pgTable(
  'payments',
  {
    id: text('id').primaryKey(),
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    /** Copied from its payables, whose foreign key vouches for it; a second one costs 14 µs a payment. */
    payeeId: text('payee_id').notNull(),
    /** None for a share of an escrow release until it is sent: the account is looked up then. */
    accountId: text('account_id'),
    accountRef: text('account_ref'),
    /** The newest change of the account that a person, or the binding of a share, took; none: as at creation. */
    accountSeenAt: instant('account_seen_at'),
    provider: text('provider').notNull(),
    currency: currency(),
    amountMinor: amountMinor('amount_minor').notNull(),
    commissionCount: integer('commission_count').notNull(),
    chunk: integer('chunk').notNull(),
    ordinal: integer('ordinal').notNull(),
    status: text('status', { enum: PAYMENT_STATES }).notNull().default('PENDING'),
    /** The generation of the newest attempt; 0 before the first. */
    generation: integer('generation').notNull().default(0),
    /** Failed sends of this generation; four use it up. */
    failures: integer('failures').notNull().default(0),
    /** Not before then: the wait of a retry or of a look-up. */
    dueAt: instant('due_at'),
    /** Which activity execution owns the sending of the open attempt. */
    fence: text('fence'),
    providerPaymentId: text('provider_payment_id'),
    failureCode: text('failure_code'),
    failureReason: text('failure_reason'),
    holdReason: text('hold_reason', { enum: HOLD_REASONS }),
    /** When it was last put on hold. */
    heldAt: instant('held_at'),
    /** When a failed payment is tried again by itself, with a new generation. */
    retryAt: instant('retry_at'),
    /** Generations that were made by themselves, hours after a failure. */
    laterRetries: integer('later_retries').notNull().default(0),
    /** The returned payment that this one pays again. */
    reissueOf: text('reissue_of'),
    createdAt: createdAt(),
    submittedAt: instant('submitted_at'),
    completedAt: instant('completed_at'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    unique('payments_place').on(table.batchId, table.ordinal),
    index('payments_payee').on(table.payeeId, table.id),
    index('payments_created').on(table.createdAt),
    index('payments_completed')
      .on(table.completedAt)
      .where(sql`${table.completedAt} is not null`),
    index('payments_open')
      .on(table.batchId, table.chunk)
      .where(sql`${table.status} in ('PENDING', 'PROCESSING', 'UNKNOWN')`),
    index('payments_held')
      .on(table.batchId)
      .where(sql`${table.status} = 'ON_HOLD'`),
    index('payments_held_of')
      .on(table.payeeId)
      .where(sql`${table.status} = 'ON_HOLD'`),
    index('payments_retry')
      .on(table.batchId)
      .where(sql`${table.retryAt} is not null`),
    uniqueIndex('payments_one_reissue')
      .on(table.reissueOf)
      .where(sql`${table.reissueOf} is not null and ${table.status} <> 'CANCELLED'`),
    check(
      'payments_account',
      sql`(${table.accountId} is null) = (${table.accountRef} is null)
        and (${table.accountId} is not null or ${table.status} in ('PENDING', 'ON_HOLD', 'CANCELLED'))`,
    ),
    check('payments_retry_at', sql`${table.retryAt} is null or ${table.status} = 'FAILED'`),
    check(
      'payments_amount',
      sql`${table.amountMinor} > 0 and ${table.amountMinor} <= 9007199254740991`,
    ),
    check('payments_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check('payments_commissions', sql`${table.commissionCount} between 0 and 10000`),
    check('payments_failures', sql`${table.failures} between 0 and 4`),
    check(
      'payments_status',
      sql`${table.status} in ('PENDING', 'PROCESSING', 'UNKNOWN', 'ON_HOLD', 'FAILED', 'COMPLETED', 'CANCELLED', 'RETURNED')`,
    ),
    check('payments_held', sql`(${table.status} = 'ON_HOLD') = (${table.holdReason} is not null)`),
    check(
      'payments_completed',
      sql`(${table.status} in ('COMPLETED', 'RETURNED')) = (${table.completedAt} is not null)`,
    ),
  ],
);
