import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { COMMISSION_KINDS } from '../../domain/commission.ts';
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
    kind: text('kind', { enum: COMMISSION_KINDS }).notNull().default('commission'),
    /** The programme that it was earned in; none counts as the first one's. */
    programmeId: text('programme_id'),
    /** The conversion that it was calculated from. */
    conversionId: text('conversion_id'),
    /** The quick payment list that it came with. */
    listId: text('list_id'),
    /** On hold: it does not mature, or stands in a payable that nothing claims. */
    held: boolean('held').notNull().default(false),
    /** The earning that this negative one takes back. */
    reverses: text('reverses'),
    createdAt: createdAt(),
  },
  (table) => [
    index('commissions_payee').on(table.payeeId, table.id),
    index('commissions_maturing')
      .on(table.availableAt)
      .where(sql`${table.status} = 'PENDING' and ${table.availableAt} is not null`),
    index('commissions_maturing_payee')
      .on(table.payeeId, table.availableAt)
      .where(sql`${table.status} = 'PENDING' and ${table.availableAt} is not null`),
    index('commissions_conversion')
      .on(table.conversionId)
      .where(sql`${table.conversionId} is not null`),
    index('commissions_list')
      .on(table.listId)
      .where(sql`${table.listId} is not null`),
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
