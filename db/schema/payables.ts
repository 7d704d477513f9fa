import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { payees } from './payees.ts';
import { payments } from './payments.ts';

/**
 * What is owed to a payee in one currency: the sum of some matured commissions, claimed and paid as
 * one. New commissions join the payee's open payable; claiming closes it. So claiming and paying cost
 * one row a payee however many commissions stand behind it (docs/decisions/0003-payables.md).
 */
export const payables = pgTable(
  'payables',
  {
    id: text('id').primaryKey(),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    currency: currency(),
    amountMinor: amountMinor('amount_minor').notNull(),
    commissionCount: integer('commission_count').notNull(),
    oldestEarnedAt: instant('oldest_earned_at'),
    /** Whether it takes further commissions; at most one of a payee and currency does. */
    open: boolean('open').notNull(),
    /** The programme of all its commissions; open ones take those of none. */
    programmeId: text('programme_id'),
    /** The hold of its commissions: nothing claims it until then. */
    held: boolean('held').notNull().default(false),
    /** The one payment that claims it. */
    paymentId: text('payment_id'),
    paidAt: instant('paid_at'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('payables_one_open')
      .on(table.payeeId, table.currency)
      .where(sql`${table.open}`),
    index('payables_payee').on(table.payeeId),
    index('payables_unpaid')
      .on(table.currency, table.payeeId)
      .where(sql`${table.paidAt} is null`),
    check('payables_count', sql`${table.commissionCount} between 0 and 10000`),
    check(
      'payables_held',
      sql`not ${table.held} or (${table.paymentId} is null and not ${table.open})`,
    ),
    check('payables_open', sql`not ${table.open} or ${table.paymentId} is null`),
    check('payables_paid', sql`${table.paidAt} is null or ${table.paymentId} is not null`),
    check('payables_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/** What a cancelled or returned payment had covered before it let go. */
export const releasedPayables = pgTable(
  'released_payables',
  {
    paymentId: text('payment_id')
      .notNull()
      .references(() => payments.id),
    payableId: text('payable_id')
      .notNull()
      .references(() => payables.id),
    releasedAt: instant('released_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.paymentId, table.payableId] })],
);
