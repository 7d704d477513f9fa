import { doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * One token bucket for each provider, credential and endpoint, shared by all processes. They take
 * tokens in portions, so a call costs no round trip.
 */
export const rateBudgets = pgTable('rate_budgets', {
  key: text('key').primaryKey(),
  tokens: doublePrecision('tokens').notNull(),
  refilledAt: instant('refilled_at').notNull().defaultNow(),
  /** The provider asked for silence until then. */
  blockedUntil: instant('blocked_until'),
});
