import { boolean, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** A screen's filters under a name; its owner's, or everybody's to look at. */
export const savedViews = pgTable(
  'saved_views',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    screen: text('screen').notNull(),
    name: text('name').notNull(),
    /** The query string of the screen's address, as an object. */
    search: jsonb('search').$type<Record<string, unknown>>().notNull(),
    shared: boolean('shared').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('saved_views_name').on(table.owner, table.screen, table.name),
    index('saved_views_screen').on(table.screen),
  ],
);
