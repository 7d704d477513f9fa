import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/** How a project divides what its escrows release. Every change is a new version; none is ever edited. */
export const splitModels = pgTable(
  'split_models',
  {
    projectId: text('project_id').notNull(),
    version: integer('version').notNull(),
    /** As `db/queries/split-models.ts` reads and writes it. */
    model: jsonb('model').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.version] }),
    check('split_models_version', sql`${table.version} > 0`),
  ],
);
