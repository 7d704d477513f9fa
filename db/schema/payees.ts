import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, currency, instant } from './columns.ts';

/** Who receives money. `currency` is the payee's usual one; commissions may have others. */
export const payees = pgTable(
  'payees',
  {
    id: text('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    fullName: text('full_name').notNull(),
    email: text('email').notNull(),
    country: text('country').notNull(),
    currency: currency(),
    holdReason: text('hold_reason'),
    heldAt: instant('held_at'),
    /** Which kind of hold gave `holdReason`. */
    holdKind: text('hold_kind', { enum: ['manual', 'risk'] }),
    /** The group whose rules hold for it. */
    groupName: text('group_name'),
    /** The language that it is written to in. */
    language: text('language').notNull().default('en'),
    /** Conversions from then on do not count. */
    suspendedAt: instant('suspended_at'),
    suspendedReason: text('suspended_reason'),
    /** False for a recipient of an escrow share that nobody has told us about yet. */
    registered: boolean('registered').notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [index('payees_email').on(table.email)],
);
