import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { CONVERSION_STATES } from '../../domain/rules/conversion.ts';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { commissions } from './commissions.ts';
import { payees } from './payees.ts';
import { calculationTerms } from './payout-rules.ts';
import { programmes } from './programmes.ts';

/** A sale or lead that the platform attributes to an affiliate. What it says never changes; where it stands does. */
export const conversions = pgTable(
  'conversions',
  {
    id: text('id').primaryKey(),
    programmeId: text('programme_id')
      .notNull()
      .references(() => programmes.id),
    externalId: text('external_id').notNull().unique(),
    affiliateExternalId: text('affiliate_external_id').notNull(),
    /** None while nobody has that external id. */
    payeeId: text('payee_id').references(() => payees.id),
    amountMinor: amountMinor('amount_minor').notNull(),
    currency: currency(),
    occurredAt: instant('occurred_at').notNull(),
    clickedAt: instant('clicked_at'),
    status: text('status', { enum: CONVERSION_STATES }).notNull(),
    test: boolean('test').notNull().default(false),
    customer: text('customer'),
    orderId: text('order_id'),
    source: text('source'),
    product: text('product'),
    createdAt: createdAt(),
  },
  (table) => [
    index('conversions_payee').on(table.programmeId, table.payeeId, table.occurredAt),
    index('conversions_order')
      .on(table.programmeId, table.orderId, table.occurredAt)
      .where(sql`${table.orderId} is not null`),
    index('conversions_customer')
      .on(table.programmeId, table.customer, table.occurredAt)
      .where(sql`${table.customer} is not null`),
    index('conversions_unknown')
      .on(table.affiliateExternalId)
      .where(sql`${table.payeeId} is null`),
    check(
      'conversions_amount',
      sql`${table.amountMinor} >= 0 and ${table.amountMinor} <= 9007199254740991`,
    ),
    check('conversions_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check('conversions_status', sql`${table.status} in ('PENDING', 'APPROVED', 'CANCELLED')`),
  ],
);

/** So much of a conversion was given back to the customer, or taken back by the customer's bank. */
export const conversionReversals = pgTable(
  'conversion_reversals',
  {
    id: text('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    conversionId: text('conversion_id')
      .notNull()
      .references(() => conversions.id),
    kind: text('kind', { enum: ['refund', 'chargeback'] }).notNull(),
    amountMinor: amountMinor('amount_minor').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    reason: text('reason'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index('conversion_reversals_of').on(table.conversionId, table.occurredAt),
    check('conversion_reversals_kind', sql`${table.kind} in ('refund', 'chargeback')`),
    check('conversion_reversals_amount', sql`${table.amountMinor} > 0`),
  ],
);

/**
 * What was decided about a conversion, by which terms; the newest one holds. Whenever `netMinor` is
 * another than before, the difference is a commission.
 */
export const conversionDecisions = pgTable(
  'conversion_decisions',
  {
    conversionId: text('conversion_id')
      .notNull()
      .references(() => conversions.id),
    revision: integer('revision').notNull(),
    /**
     * None where no rule held. What it names is written before it, or with it, and never deleted: checking a
     * foreign key here, and one of the commission, took a fifth of the statement that writes it.
     */
    termsId: text('terms_id'),
    /** Why it earns nothing; none where it counts. */
    code: text('code'),
    countedMinor: amountMinor('counted_minor').notNull(),
    commissionMeasure: bigint('commission_measure', { mode: 'bigint' }).notNull(),
    feeMeasure: bigint('fee_measure', { mode: 'bigint' }).notNull(),
    grossMinor: amountMinor('gross_minor').notNull(),
    feeMinor: amountMinor('fee_minor').notNull(),
    netMinor: amountMinor('net_minor').notNull(),
    /** The commission that books the difference to the revision before; none where there is none. */
    commissionId: text('commission_id'),
    /** Up to when the world was looked at. */
    asOf: instant('as_of').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.conversionId, table.revision] }),
    index('conversion_decisions_commission')
      .on(table.commissionId)
      .where(sql`${table.commissionId} is not null`),
    check(
      'conversion_decisions_code',
      sql`${table.code} is null or (${table.countedMinor} = 0 and ${table.grossMinor} = 0 and ${table.netMinor} = 0)`,
    ),
    check(
      'conversion_decisions_parts',
      sql`${table.feeMinor} >= 0 and ${table.netMinor} >= 0 and ${table.netMinor} <= ${table.grossMinor}`,
    ),
  ],
);

/** What was charged for a month whose fees fell short of the minimum; the newest revision holds. */
export const feeMonths = pgTable(
  'fee_months',
  {
    programmeId: text('programme_id')
      .notNull()
      .references(() => programmes.id),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    currency: currency(),
    /** Its first day, in the programme's zone. */
    month: date('month', { mode: 'string' }).notNull(),
    revision: integer('revision').notNull(),
    termsId: text('terms_id')
      .notNull()
      .references(() => calculationTerms.id),
    feesMinor: amountMinor('fees_minor').notNull(),
    minimumMinor: amountMinor('minimum_minor').notNull(),
    /** What is charged on top of the fees. */
    chargeMinor: amountMinor('charge_minor').notNull(),
    commissionId: text('commission_id').references(() => commissions.id),
    asOf: instant('as_of').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({
      columns: [table.programmeId, table.payeeId, table.currency, table.month, table.revision],
    }),
    index('fee_months_commission')
      .on(table.commissionId)
      .where(sql`${table.commissionId} is not null`),
    check('fee_months_charge', sql`${table.chargeMinor} >= 0`),
  ],
);

/** Affiliates whose earnings are to be calculated, from when on, once `dueAt` has come. */
export const calculationQueue = pgTable(
  'calculation_queue',
  {
    programmeId: text('programme_id')
      .notNull()
      .references(() => programmes.id),
    payeeId: text('payee_id').notNull(),
    dueAt: instant('due_at').notNull(),
    /** The earliest conversion that is new or has changed. */
    dirtyFrom: instant('dirty_from').notNull(),
    /** Conversions from then on are judged by the rules of today, not by those that they were judged by. */
    rejudgeFrom: instant('rejudge_from'),
    /** Counts changes, so that what was calculated before the last one is seen to be old. */
    revision: integer('revision').notNull().default(1),
  },
  (table) => [
    primaryKey({ columns: [table.programmeId, table.payeeId, table.dueAt] }),
    index('calculation_queue_due').on(table.dueAt),
  ],
);
