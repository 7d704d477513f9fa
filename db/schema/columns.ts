import { bigint, text, timestamp } from 'drizzle-orm/pg-core';

/** An instant, stored in UTC with microseconds. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Minor units of the currency that stands beside it. */
export const amountMinor = (name: string) => bigint(name, { mode: 'bigint' });

/** ISO-4217 code; a CHECK of each table keeps its shape, the importer its meaning. */
export const currency = () => text('currency').notNull();

/** When the row was made, by the database's clock. */
export const createdAt = () => instant('created_at').notNull().defaultNow();
