import { boolean, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

export interface ImportError {
  row: number;
  column: string;
  code: string;
  message: string;
}

/** One run of the importer: what came, what was taken, and every row that was not. */
export const imports = pgTable('imports', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  dryRun: boolean('dry_run').notNull(),
  accepted: integer('accepted').notNull(),
  rejected: integer('rejected').notNull(),
  errors: jsonb('errors').$type<ImportError[]>().notNull(),
  bodySha256: text('body_sha256').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
});
