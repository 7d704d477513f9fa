import { sql } from 'drizzle-orm';
import { boolean, check, index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
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
    /** Written before details were encrypted; `sealPlainDetails` empties it. */
    details: jsonb('details').$type<Record<string, unknown>>(),
    /** The details, encrypted and bound to this row (`db/vault.ts`). */
    detailsSealed: text('details_sealed'),
    /** The same with all but the last characters of each sensitive value struck out. */
    detailsMasked: jsonb('details_masked').$type<Record<string, unknown>>(),
    /** The bank or wallet inside the provider; decides limits and increments. */
    channelCode: text('channel_code'),
    /** Keyed hash of where the money goes: equal for two accounts with the same destination. */
    destinationIndex: text('destination_index'),
    /** Why nothing is sent to it until its reference or details change: our failure code. */
    blockedCode: text('blocked_code'),
    blockedAt: instant('blocked_at'),
    /** The last payment to it failed for good: no batch pays to it until its details change. */
    failedHold: boolean('failed_hold').notNull().default(false),
    kycStatus: text('kyc_status', {
      enum: ['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'],
    }).notNull(),
    createdAt: createdAt(),
    /** When the reference or the details last changed; a payment made before is checked again. */
    changedAt: instant('changed_at').notNull().defaultNow(),
    /** Who changed them; none where they are as they were when the account was made. */
    changedBy: text('changed_by'),
    verifiedAt: instant('verified_at'),
    /** Who said so, where it was a person or a platform and not the provider. */
    verifiedBy: text('verified_by'),
    /** Of when the provider's last word about it is, or when it was last asked. */
    syncedAt: instant('synced_at'),
  },
  (table) => [
    unique('accounts_one_per_provider').on(table.payeeId, table.provider),
    // Not unique: several payees may be paid to one account.
    index('accounts_reference').on(table.provider, table.accountRef),
    index('accounts_destination')
      .on(table.destinationIndex)
      .where(sql`${table.destinationIndex} is not null`),
    check(
      'accounts_provider',
      sql`${table.provider} in ('riseworks', 'xendit', 'stripe', 'mock', 'generic')`,
    ),
    check(
      'accounts_kyc_status',
      sql`${table.kycStatus} in ('NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED')`,
    ),
  ],
);
