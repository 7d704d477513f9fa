import { sql } from 'drizzle-orm';
import { bigint, check, customType, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * The seals of the audit log: each covers the rows of finished transactions from one transaction id to
 * another, and hangs on the seal before it. Append-only.
 */
export const auditBlocks = pgTable(
  'audit_blocks',
  {
    /** 1, 2, 3 … without a gap. */
    height: bigint('height', { mode: 'number' }).primaryKey(),
    /** Covers rows whose `xact` is at least the one and below the other. */
    fromXact: bigint('from_xact', { mode: 'bigint' }).notNull(),
    toXact: bigint('to_xact', { mode: 'bigint' }).notNull(),
    rowCount: bigint('row_count', { mode: 'number' }).notNull(),
    lastId: bigint('last_id', { mode: 'number' }).notNull(),
    /** SHA-256 over `rowMarks`. */
    rowsHash: text('rows_hash').notNull(),
    previousHash: text('previous_hash').notNull(),
    /** SHA-256 over all of the above. */
    hash: text('hash').notNull(),
    keyId: text('key_id').notNull(),
    signature: text('signature').notNull(),
    sealedAt: instant('sealed_at').notNull().defaultNow(),
    /** The id (8 bytes) and the SHA-256 (32 bytes) of each row, by id: what tells changed rows by name. */
    rowMarks: bytea('row_marks').notNull(),
  },
  (table) => [
    uniqueIndex('audit_blocks_previous').on(table.previousHash),
    check('audit_blocks_height', sql`${table.height} > 0`),
    check('audit_blocks_span', sql`${table.fromXact} <= ${table.toXact}`),
  ],
);
