import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** The first answer to each `Idempotency-Key` of an actor, given again to the same request. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    actor: text('actor').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    responseStatus: integer('response_status'),
    responseBody: text('response_body'),
    createdAt: createdAt(),
    /** While it runs, nobody else may run it; after this instant its runner counts as dead. */
    lockedUntil: instant('locked_until').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actor, table.key] }),
    check(
      'idempotency_keys_answer',
      sql`(${table.responseStatus} is null) = (${table.responseBody} is null)`,
    ),
  ],
);
