import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency } from './columns.ts';
import { commissions } from './commissions.ts';
import { payees } from './payees.ts';
import { splitModels } from './split-models.ts';

/**
 * An escrow by the platform's own id. It is released as a whole or by milestones, never both: the
 * releases refer to all four columns, so they cannot disagree with the first of them.
 */
export const escrows = pgTable(
  'escrows',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    currency: currency(),
    byMilestone: boolean('by_milestone').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('escrows_terms').on(table.id, table.projectId, table.currency, table.byMilestone),
  ],
);

/** What an escrow let go at once, and how it was divided: one for each escrow, or milestone of one, for ever. */
export const escrowReleases = pgTable(
  'escrow_releases',
  {
    id: text('id').primaryKey(),
    escrowId: text('escrow_id').notNull(),
    projectId: text('project_id').notNull(),
    milestoneId: text('milestone_id'),
    byMilestone: boolean('by_milestone').notNull(),
    modelVersion: integer('model_version').notNull(),
    currency: currency(),
    amountMinor: amountMinor('amount_minor').notNull(),
    distributedMinor: amountMinor('distributed_minor').notNull(),
    platformFeeMinor: amountMinor('platform_fee_minor').notNull(),
    taxMinor: amountMinor('tax_minor').notNull(),
    /** There is no such batch where nobody is paid: all was fee, tax, or set off against debts. */
    batchId: text('batch_id').notNull().unique('escrow_releases_batch'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('escrow_releases_once').on(table.escrowId, table.milestoneId).nullsNotDistinct(),
    foreignKey({
      name: 'escrow_releases_terms',
      columns: [table.escrowId, table.projectId, table.currency, table.byMilestone],
      foreignColumns: [escrows.id, escrows.projectId, escrows.currency, escrows.byMilestone],
    }),
    foreignKey({
      name: 'escrow_releases_model',
      columns: [table.projectId, table.modelVersion],
      foreignColumns: [splitModels.projectId, splitModels.version],
    }),
    index('escrow_releases_project').on(table.projectId, table.id),
    check(
      'escrow_releases_milestone',
      sql`${table.byMilestone} = (${table.milestoneId} is not null)`,
    ),
    check(
      'escrow_releases_amount',
      sql`${table.amountMinor} > 0 and ${table.amountMinor} <= 9007199254740991`,
    ),
    check(
      'escrow_releases_parts',
      sql`${table.distributedMinor} >= 0 and ${table.platformFeeMinor} >= 0 and ${table.taxMinor} >= 0
        and ${table.distributedMinor} + ${table.platformFeeMinor} + ${table.taxMinor} = ${table.amountMinor}`,
    ),
  ],
);

/** What one recipient gets of a release. Written once; the payment says what became of it. */
export const escrowShares = pgTable(
  'escrow_shares',
  {
    id: text('id').primaryKey(),
    releaseId: text('release_id')
      .notNull()
      .references(() => escrowReleases.id),
    ordinal: integer('ordinal').notNull(),
    /** The recipient as the split model names it. */
    recipientId: text('recipient_id').notNull(),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    grossMinor: amountMinor('gross_minor').notNull(),
    platformFeeMinor: amountMinor('platform_fee_minor').notNull(),
    taxMinor: amountMinor('tax_minor').notNull(),
    netMinor: amountMinor('net_minor').notNull(),
    /** So much of the net settles a debt of the recipient and is not sent. */
    nettedMinor: amountMinor('netted_minor').notNull(),
    /** The earning that stands for the net; none for nothing. */
    commissionId: text('commission_id').references(() => commissions.id),
    /** The payment that it was scheduled in; none where all of it was netted. */
    paymentId: text('payment_id'),
  },
  (table) => [
    unique('escrow_shares_place').on(table.releaseId, table.ordinal),
    index('escrow_shares_payee').on(table.payeeId),
    check(
      'escrow_shares_parts',
      sql`${table.grossMinor} >= 0 and ${table.platformFeeMinor} >= 0 and ${table.taxMinor} >= 0 and ${table.netMinor} >= 0
        and ${table.platformFeeMinor} + ${table.taxMinor} + ${table.netMinor} = ${table.grossMinor}`,
    ),
    check(
      'escrow_shares_netted',
      sql`${table.nettedMinor} >= 0 and ${table.nettedMinor} <= ${table.netMinor}`,
    ),
  ],
);

/** So much of a release was given back to the payer after it was divided. */
export const escrowRefunds = pgTable(
  'escrow_refunds',
  {
    id: text('id').primaryKey(),
    /** The platform's own id; it names this refund for ever. */
    externalId: text('external_id').notNull(),
    releaseId: text('release_id')
      .notNull()
      .references(() => escrowReleases.id),
    amountMinor: amountMinor('amount_minor').notNull(),
    platformFeeMinor: amountMinor('platform_fee_minor').notNull(),
    taxMinor: amountMinor('tax_minor').notNull(),
    reason: text('reason').notNull(),
    /** How much of the release was refunded before; two refunds cannot both come after the same. */
    refundedBeforeMinor: amountMinor('refunded_before_minor').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('escrow_refunds_external').on(table.externalId),
    uniqueIndex('escrow_refunds_order').on(table.releaseId, table.refundedBeforeMinor),
    check('escrow_refunds_amount', sql`${table.amountMinor} > 0`),
    check(
      'escrow_refunds_parts',
      sql`${table.platformFeeMinor} >= 0 and ${table.taxMinor} >= 0 and ${table.refundedBeforeMinor} >= 0
        and ${table.platformFeeMinor} + ${table.taxMinor} <= ${table.amountMinor}`,
    ),
  ],
);

/** What a refund takes back of one share. */
export const escrowRefundShares = pgTable(
  'escrow_refund_shares',
  {
    refundId: text('refund_id')
      .notNull()
      .references(() => escrowRefunds.id),
    shareId: text('share_id')
      .notNull()
      .references(() => escrowShares.id),
    platformFeeMinor: amountMinor('platform_fee_minor').notNull(),
    taxMinor: amountMinor('tax_minor').notNull(),
    netMinor: amountMinor('net_minor').notNull(),
    /** The negative earning that takes the net back; none for nothing. */
    commissionId: text('commission_id').references(() => commissions.id),
  },
  (table) => [
    primaryKey({ columns: [table.refundId, table.shareId] }),
    index('escrow_refund_shares_share').on(table.shareId),
    check(
      'escrow_refund_shares_parts',
      sql`${table.platformFeeMinor} >= 0 and ${table.taxMinor} >= 0 and ${table.netMinor} >= 0`,
    ),
  ],
);
