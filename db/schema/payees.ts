import { relations } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.ts';
import { commissions } from './commissions.ts';
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
    createdAt: createdAt(),
  },
  (table) => [index('payees_email').on(table.email)],
);

export const payeeRelations = relations(payees, ({ many }) => ({
  accounts: many(accounts),
  commissions: many(commissions),
}));
