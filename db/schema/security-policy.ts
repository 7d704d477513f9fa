import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { amountMinor, currency, instant } from './columns.ts';

/** The one row of settings that say how careful this installation is. */
export const securityPolicy = pgTable(
  'security_policy',
  {
    id: boolean('id').primaryKey().default(true),
    /** Amounts of other currencies are compared in this one, by the rates of the day. */
    baseCurrency: text('base_currency').notNull().default('USD'),
    /** From this amount on a payment needs an approver with `high_value`; minor units of the base currency. */
    highValueMinor: amountMinor('high_value_minor')
      .notNull()
      .default(sql`100000`),
    /** From so many times that amount on it needs two. */
    secondApproverFactor: integer('second_approver_factor').notNull().default(10),
    /** Between the last approval and the first send. */
    undoWindowSeconds: integer('undo_window_seconds').notNull().default(0),
    /** How long a changed account is not paid, unless somebody else has verified it since. */
    accountCooldownHours: integer('account_cooldown_hours').notNull().default(72),
    /** What is set otherwise than the rules' defaults, by rule. */
    risk: jsonb('risk').$type<Record<string, unknown>>().notNull().default({}),
    /** Until then the stricter of the policy and of these holds: it was loosened less than a day before. */
    strictUntil: instant('strict_until'),
    strictBaseCurrency: text('strict_base_currency'),
    strictHighValueMinor: bigint('strict_high_value_minor', { mode: 'bigint' }),
    strictSecondApproverFactor: integer('strict_second_approver_factor'),
    strictUndoWindowSeconds: integer('strict_undo_window_seconds'),
    strictAccountCooldownHours: integer('strict_account_cooldown_hours'),
    version: bigint('version', { mode: 'number' }).notNull().default(1),
    updatedBy: text('updated_by').notNull().default('system'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('security_policy_one', sql`${table.id}`),
    check('security_policy_high_value', sql`${table.highValueMinor} > 0`),
    check('security_policy_factor', sql`${table.secondApproverFactor} between 1 and 1000000`),
    check('security_policy_undo', sql`${table.undoWindowSeconds} between 0 and 604800`),
    check('security_policy_cooldown', sql`${table.accountCooldownHours} between 0 and 8760`),
  ],
);

/** What one major unit of a currency is worth in the base currency, from that day on. */
export const currencyRates = pgTable(
  'currency_rates',
  {
    currency: currency(),
    day: date('day', { mode: 'string' }).notNull(),
    baseCurrency: text('base_currency').notNull(),
    rate: numeric('rate', { precision: 30, scale: 12 }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.baseCurrency, table.currency, table.day] }),
    check('currency_rates_rate', sql`${table.rate} > 0`),
  ],
);
