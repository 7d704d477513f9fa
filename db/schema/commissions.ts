import { sql } from 'drizzle-orm';
import { check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { payables } from './payables.ts';
import { payees } from './payees.ts';

/**
 * An amount earned by a payee, by a sale or as a share of an escrow release; negative for a clawback. Stored as PENDING until it matures, then as
 * APPROVED within a payable; it is PAID where that payable is paid.
 */
export const commissions = pgTable(
  'commissions',
  {
    id: text('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    amountMinor: amountMinor('amount_minor').notNull(),
    currency: currency(),
    status: text('status', { enum: ['PENDING', 'APPROVED', 'REVERSED'] }).notNull(),
    payableId: text('payable_id').references(() => payables.id),
    earnedAt: instant('earned_at').notNull(),
    availableAt: instant('available_at'),
    description: text('description'),
    /** The escrow release that it is a share of. */
    releaseId: text('release_id'),
    /** The earning that this negative one takes back. */
    reverses: text('reverses'),
    createdAt: createdAt(),
  },
  (table) => [
    index('commissions_payee').on(table.payeeId, table.id),
    index('commissions_maturing')
      .on(table.availableAt)
      .where(sql`${table.status} = 'PENDING' and ${table.availableAt} is not null`),
    check(
      'commissions_amount',
      sql`${table.amountMinor} <> 0 and abs(${table.amountMinor}) <= 9007199254740991`,
    ),
    check('commissions_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check('commissions_status', sql`${table.status} in ('PENDING', 'APPROVED', 'REVERSED')`),
    check(
      'commissions_payable',
      sql`(${table.status} = 'APPROVED') = (${table.payableId} is not null)`,
    ),
  ],
);
