import { sql } from 'drizzle-orm';
import { check, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { payees } from './payees.ts';

/** A payee's account at one provider. `accountRef` is the provider's own name for it. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    provider: text('provider').notNull(),
    accountRef: text('account_ref').notNull(),
    email: text('email'),
    details: jsonb('details').$type<Record<string, unknown>>(),
    kycStatus: text('kyc_status', {
      enum: ['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'],
    }).notNull(),
    createdAt: createdAt(),
    /** When the reference or the details last changed; a payment made before is checked again. */
    changedAt: instant('changed_at').notNull().defaultNow(),
    verifiedAt: instant('verified_at'),
    syncedAt: instant('synced_at'),
  },
  (table) => [
    unique('accounts_one_per_provider').on(table.payeeId, table.provider),
    check('accounts_provider', sql`${table.provider} in ('riseworks', 'xendit', 'stripe', 'mock')`),
    check(
      'accounts_kyc_status',
      sql`${table.kycStatus} in ('NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED')`,
    ),
  ],
);
