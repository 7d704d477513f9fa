import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** A file of rows that a job makes, part by part; it can be fetched until `expiresAt`. */
export const reportExports = pgTable(
  'report_exports',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    format: text('format', { enum: ['csv', 'jsonl'] }).notNull(),
    filter: jsonb('filter').$type<Record<string, unknown>>().notNull(),
    status: text('status', { enum: ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED'] })
      .notNull()
      .default('QUEUED'),
    /** Rows that match, counted before the first part. */
    rowsExpected: bigint('rows_expected', { mode: 'number' }).notNull(),
    rowsDone: bigint('rows_done', { mode: 'number' }).notNull().default(0),
    bytesDone: bigint('bytes_done', { mode: 'number' }).notNull().default(0),
    /** Of the whole file, once it is DONE. */
    sha256: text('sha256'),
    failure: text('failure'),
    /** The place in the order of rows after which the next part begins. */
    cursor: jsonb('cursor').$type<Record<string, unknown>>(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('report_exports_by').on(table.createdBy, table.createdAt),
    check('report_exports_format', sql`${table.format} in ('csv', 'jsonl')`),
    check(
      'report_exports_status',
      sql`${table.status} in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED')`,
    ),
    check(
      'report_exports_hash',
      sql`(${table.sha256} is not null) = (${table.status} in ('DONE', 'EXPIRED'))`,
    ),
  ],
);

/** Some of a file's bytes, compressed by gzip each for itself. */
export const reportExportParts = pgTable(
  'report_export_parts',
  {
    exportId: text('export_id')
      .notNull()
      .references(() => reportExports.id),
    part: integer('part').notNull(),
    rows: integer('rows').notNull(),
    /** Of this part's own bytes before they were compressed. */
    sha256: text('sha256').notNull(),
    content: bytes('content').notNull(),
  },
  (table) => [primaryKey({ columns: [table.exportId, table.part] })],
);
