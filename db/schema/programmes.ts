import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/** What affiliates work for: conversions, rules and schedules belong to one. One is there from the start. */
export const programmes = pgTable(
  'programmes',
  {
    id: text('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    name: text('name').notNull(),
    /** IANA zone in which its days and months begin. */
    zone: text('zone').notNull(),
    /** Whether conversions become commissions by themselves; else only when a person or a backfill asks. */
    automatic: boolean('automatic').notNull().default(true),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [check('programmes_zone', sql`length(${table.zone}) between 1 and 60`)],
);
