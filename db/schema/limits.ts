import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** Points that callers have used of their limits, counted over all API processes. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull().default(0),
    expire: instant('expire'),
  },
  (table) => [index('rate_limits_expire').on(table.expire)],
);

/** From which networks a role, a key or an operation may be used; without a row from anywhere. */
export const allowLists = pgTable(
  'allow_lists',
  {
    id: text('id').primaryKey(),
    scope: text('scope', { enum: ['role', 'key', 'operation'] }).notNull(),
    /** A role, a key's id, or a permission. */
    subject: text('subject').notNull(),
    cidrs: text('cidrs').array().notNull(),
    note: text('note'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedBy: text('updated_by').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('allow_lists_one_each').on(table.scope, table.subject),
    check('allow_lists_scope', sql`${table.scope} in ('role', 'key', 'operation')`),
  ],
);
