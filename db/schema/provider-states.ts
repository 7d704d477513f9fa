import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** How each process finds a provider: its circuit, and since when. */
export const providerStates = pgTable(
  'provider_states',
  {
    provider: text('provider').notNull(),
    process: text('process').notNull(),
    circuit: text('circuit', { enum: ['closed', 'open', 'half_open'] }).notNull(),
    failures: integer('failures').notNull(),
    reason: text('reason'),
    since: instant('since').notNull(),
    seenAt: instant('seen_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.process] }),
    check('provider_states_circuit', sql`${table.circuit} in ('closed', 'open', 'half_open')`),
  ],
);
