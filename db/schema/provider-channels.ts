import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { amountMinor, currency, instant } from './columns.ts';

/** Banks and wallets of a provider with their limits, as the provider lists them. */
export const providerChannels = pgTable(
  'provider_channels',
  {
    provider: text('provider').notNull(),
    channelCode: text('channel_code').notNull(),
    currency: currency(),
    name: text('name').notNull(),
    category: text('category').notNull(),
    minimumMinor: amountMinor('minimum_minor').notNull(),
    maximumMinor: amountMinor('maximum_minor').notNull(),
    incrementMinor: amountMinor('increment_minor').notNull(),
    syncedAt: instant('synced_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.channelCode, table.currency] })],
);
