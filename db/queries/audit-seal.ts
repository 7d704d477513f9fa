import { z } from 'zod';
import { GENESIS, type Block, type BlockContent } from '../../domain/audit/block.ts';
import type { Db } from '../client.ts';
import { amountColumn, onlyRow } from '../rows.ts';
import { LOWEST_XACT, MARKS, rowHash } from './audit-rows.ts';
import { blockColumns, blockRow, toBlock } from './audit-blocks.ts';

/** Rows of one seal, where transactions are smaller than that. */
export const ROWS_PER_SEAL = 50_000;
/** The first seal of an old log may cover millions of rows. */
const DEADLINE_MS = 600_000;

/**
 * Postgres counts transactions from a lower number than the last seal does: this is a copy of the
 * database in another cluster. What it writes would seem to belong to old seals.
 */
export class AuditClockWentBack extends Error {
  constructor(horizon: bigint, sealed: bigint) {
    super(
      `transactions are counted from ${horizon}, and the audit log is sealed up to ${sealed}: ` +
        'the database was restored into another cluster; see bursar audit restart',
    );
    this.name = 'AuditClockWentBack';
  }
}

/** The newest seal; null where there is none. */
export async function lastBlock(db: Db): Promise<Block | null> {
  const [row] = await db.run(
    blockRow,
    `select ${blockColumns('b')} from audit_blocks b order by height desc limit 1`,
  );
  return row ? toBlock(row) : null;
}

const unsealedRow = z.object({
  horizon: amountColumn,
  to_xact: amountColumn,
  row_count: amountColumn,
  last_id: amountColumn.nullable(),
  rows_hash: z.string(),
  sealed_at: z.string(),
});

/**
 * Transactions below the oldest that runs are over: what this statement sees of them is all there will
 * ever be. A seal ends earlier where it would hold more than $2 rows, and never within a transaction.
 */
const UNSEALED = `
  with span as materialized (
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + audit_offset() as horizon
  ),
  fresh as materialized (
    select l.xact from audit_logs l, span where l.xact >= $1::bigint and l.xact < span.horizon
    order by l.xact limit $2::int + 1
  ),
  cut as materialized (
    select case when count(*) <= $2::int then (select horizon from span)
      when max(xact) > min(xact) then max(xact) else max(xact) + 1 end as to_xact
    from fresh
  ),
  hashed as materialized (
    select l.id, ${rowHash('l')} as hash from audit_logs l, cut where l.xact >= $1::bigint and l.xact < cut.to_xact
  )
  select (select horizon from span) as horizon, (select to_xact from cut) as to_xact, count(*) as row_count,
    max(id) as last_id, encode(sha256(${MARKS}), 'hex') as rows_hash,
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sealed_at
  from hashed`;

/**
 * What the next seal after `last` covers; null where nothing is to be sealed.
 * @throws AuditClockWentBack
 */
export async function nextSeal(
  db: Db,
  last: Block | null,
  rowsMax = ROWS_PER_SEAL,
): Promise<Omit<BlockContent, 'keyId'> | null> {
  const values = [last?.toXact ?? LOWEST_XACT, rowsMax];
  const read = onlyRow(await db.run(unsealedRow, UNSEALED, values, { deadlineMs: DEADLINE_MS }));
  if (last && read.horizon < last.toXact) throw new AuditClockWentBack(read.horizon, last.toXact);
  if (read.last_id === null) return null;
  return {
    height: (last?.height ?? 0n) + 1n,
    fromXact: last?.toXact ?? 0n,
    toXact: read.to_xact,
    rowCount: read.row_count,
    lastId: read.last_id,
    rowsHash: read.rows_hash,
    previousHash: last?.hash ?? GENESIS,
    sealedAt: read.sealed_at,
  };
}

const INSERT = `
  with hashed as materialized (
    select l.id, ${rowHash('l')} as hash from audit_logs l where l.xact >= $12::bigint and l.xact < $3::bigint
  ),
  marked as materialized (select ${MARKS} as marks from hashed)
  insert into audit_blocks (height, from_xact, to_xact, row_count, last_id, rows_hash, previous_hash, hash, key_id,
    signature, sealed_at, row_marks)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::timestamptz, marks
  from marked
  where encode(sha256(marks), 'hex') = $6 and not exists (select 1 from audit_blocks where height >= $1)
  on conflict do nothing
  returning height`;

/**
 * Stores a signed seal. False where somebody else has sealed meanwhile, or where the rows are no longer
 * those that were read; any number of workers may try at once, and one of them succeeds.
 */
export async function storeSeal(db: Db, block: Block): Promise<boolean> {
  const rows = await db.run(
    z.object({ height: amountColumn }),
    INSERT,
    [
      block.height,
      block.fromXact,
      block.toXact,
      block.rowCount,
      block.lastId,
      block.rowsHash,
      block.previousHash,
      block.hash,
      block.keyId,
      block.signature,
      block.sealedAt,
      block.height === 1n ? LOWEST_XACT : block.fromXact,
    ],
    { deadlineMs: DEADLINE_MS },
  );
  return rows.length > 0;
}
