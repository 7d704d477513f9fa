import { z } from 'zod';
import type { Block } from '../../domain/audit/block.ts';
import { amountColumn } from '../rows.ts';

/** The columns of a seal, with its instant in the form in which it is hashed. */
export const blockColumns = (row: string): string =>
  `${row}.height, ${row}.from_xact, ${row}.to_xact, ${row}.row_count, ${row}.last_id, ${row}.rows_hash, ${row}.previous_hash,
   ${row}.hash, ${row}.key_id, ${row}.signature,
   to_char(${row}.sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sealed_at`;

export const blockRow = z.object({
  height: amountColumn,
  from_xact: amountColumn,
  to_xact: amountColumn,
  row_count: amountColumn,
  last_id: amountColumn,
  rows_hash: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
  key_id: z.string(),
  signature: z.string(),
  // An attacker may have written an instant that has no such form.
  sealed_at: z.string().nullable(),
});

export const toBlock = (row: z.infer<typeof blockRow>): Block => ({
  height: row.height,
  fromXact: row.from_xact,
  toXact: row.to_xact,
  rowCount: row.row_count,
  lastId: row.last_id,
  rowsHash: row.rows_hash,
  previousHash: row.previous_hash,
  hash: row.hash,
  keyId: row.key_id,
  signature: row.signature,
  sealedAt: row.sealed_at ?? '',
});
