import { z } from 'zod';
import type { Block } from '../../domain/audit/block.ts';
import {
  CHAIN_START,
  checkBlock,
  checkHead,
  checkLink,
  type ChainCrypto,
  type ChainEnd,
  type ChainFinding,
  type FoundBlock,
} from '../../domain/audit/check-chain.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, onlyRow } from '../rows.ts';
import { blockColumns, blockRow, toBlock } from './audit-blocks.ts';
import { LOWEST_XACT, MARK_BYTES, MARKS, rowHash } from './audit-rows.ts';
import type { Runner } from './runner.ts';

const BLOCKS_PER_PAGE = 2_000;
const ROWS_PER_PAGE = 250_000;
/** Findings that a report names one by one, and ids that one finding names. */
const FINDINGS_MAX = 100;
const IDS_MAX = 100;

/** A finding, with the audit rows it is about where they can be named. */
export interface AuditFinding extends ChainFinding {
  missingIds: string[];
  changedIds: string[];
  addedIds: string[];
}

/** What a check of the sealed log came to. */
export interface AuditReport {
  ok: boolean;
  /** The seals that were checked: from one height to another; 0 to 0 where there are none. */
  from: bigint;
  to: bigint;
  /** Audit rows below those seals. */
  rows: bigint;
  /** Rows that no seal covers yet, so that nothing can be said of them. */
  unsealedRows: number;
  headsChecked: number;
  /** The first ones. */
  findings: AuditFinding[];
}

const pageRow = blockRow.extend({
  marks_hold: z.boolean(),
  found_count: amountColumn,
  found_id: amountColumn,
  found_hash: z.string(),
});

/**
 * The next seals above $1, each with what stands in the log in its span. Rows below the span of the first
 * seal of all count to it.
 */
const PAGE = `
  with taken as materialized (
    select b.*, sum(row_count) over (order by height) - row_count as rows_before
    from (select * from audit_blocks where height > $1::bigint order by height limit $2::int) b
  ),
  page as materialized (
    select *, row_number() over (order by height) as bucket from taken where rows_before < $3::int
  ),
  span as materialized (
    select array_agg(from_xact order by height) as starts, max(to_xact) as below,
      case when $1::bigint = 0 then ${LOWEST_XACT} else min(from_xact) end as above
    from page
  ),
  hashed as (
    select greatest(width_bucket(l.xact, span.starts), 1) as bucket, l.id, ${rowHash('l')} as hash
    from audit_logs l, span where l.xact >= span.above and l.xact < span.below
  ),
  found as (
    select bucket, count(*) as row_count, max(id) as last_id, encode(sha256(${MARKS}), 'hex') as rows_hash
    from hashed group by bucket
  )
  select ${blockColumns('p')}, encode(sha256(p.row_marks), 'hex') = p.rows_hash as marks_hold,
    coalesce(f.row_count, 0) as found_count, coalesce(f.last_id, 0) as found_id, coalesce(f.rows_hash, '') as found_hash
  from page p left join found f on f.bucket = p.bucket order by p.height`;

const toFound = (row: z.infer<typeof pageRow>): FoundBlock => ({
  ...toBlock(row),
  marksHold: row.marks_hold,
  found: { rowCount: row.found_count, lastId: row.found_id, rowsHash: row.found_hash },
});

/** The rows of one seal that are not as its marks say. Marks that were changed themselves tell nothing. */
const DIFFERENCES = `
  with block as materialized (
    select height, from_xact, to_xact, row_marks from audit_blocks
    where height = $1::bigint and encode(sha256(row_marks), 'hex') = rows_hash
  ),
  sealed as materialized (
    select ('x' || encode(substr(row_marks, 1 + ${MARK_BYTES} * i, 8), 'hex'))::bit(64)::bigint as id,
      substr(row_marks, 9 + ${MARK_BYTES} * i, 32) as hash
    from block, generate_series(0, length(row_marks) / ${MARK_BYTES} - 1) i
  ),
  standing as materialized (
    select l.id, ${rowHash('l')} as hash from audit_logs l, block b
    where l.xact >= case when b.height = 1 then ${LOWEST_XACT} else b.from_xact end and l.xact < b.to_xact
  )
  select coalesce(s.id, n.id)::text as id,
    case when s.id is null then 'added' when exists (select 1 from audit_logs l where l.id = s.id) then 'changed'
      else 'missing' end as what
  from sealed s full join standing n on n.id = s.id
  where s.hash is distinct from n.hash
  order by coalesce(s.id, n.id) limit ${IDS_MAX}`;

const differenceRow = z.object({ id: z.string(), what: z.enum(['missing', 'changed', 'added']) });

/** What to check and with which keys. */
export interface AuditCheck {
  crypto: ChainCrypto;
  /** The first seal that is checked; those before it are taken as they are. 1 unless told. */
  from?: bigint | undefined;
  /** Seals that were written down outside the database. */
  heads?: readonly Block[] | undefined;
  /** Pages of at most 2,000 seals and about 250,000 rows; all there are unless told. */
  pagesMax?: number | undefined;
  /** Findings after which it ends, 100 unless told. */
  findingsMax?: number | undefined;
}

/** Longest wait for one page of rows. */
const PAGE_DEADLINE_MS = 120_000;

/** The database with the patience that pages of many rows need. */
export const patient = (db: Db): Runner => ({
  run: (row, text, values) => db.run(row, text, values, { deadlineMs: PAGE_DEADLINE_MS }),
});

/**
 * Computes the seals anew from what stands in the log, and holds them against the seals, the seals
 * against each other, and both against what was written down outside. Reads about 250,000 rows at a
 * time. Says nothing of rows that are not sealed yet.
 */
export async function verifyAudit(db: Runner, check: AuditCheck): Promise<AuditReport> {
  const { crypto, from = 1n } = check;
  const findings = new Findings(db, check.findingsMax ?? FINDINGS_MAX);
  const start = await startOf(db, from, crypto, findings);
  let end: ChainEnd = start;
  let rows = 0n;
  for (let pages = 0; pages < (check.pagesMax ?? Infinity); pages += 1) {
    const page = await db.run(pageRow, PAGE, [end.height, BLOCKS_PER_PAGE, ROWS_PER_PAGE]);
    for (const block of page.map(toFound)) {
      if (findings.full) break;
      await findings.add(checkLink(end, block, crypto));
      end = block;
      rows += block.found.rowCount;
    }
    if (page.length === 0 || findings.full) break;
  }
  const heads = (check.heads ?? []).filter(({ height }) => height >= from);
  await checkHeads(db, heads, crypto, findings);
  return {
    ok: findings.all.length === 0,
    from: end.height > start.height ? start.height + 1n : 0n,
    to: end.height > start.height ? end.height : 0n,
    rows,
    unsealedRows: await countUnsealed(db),
    headsChecked: heads.length,
    findings: findings.all,
  };
}

/** Collects findings up to the limit, and finds out which rows those about rows mean. */
class Findings {
  readonly all: AuditFinding[] = [];
  readonly #db: Runner;
  readonly #max: number;

  constructor(db: Runner, max: number) {
    this.#db = db;
    this.#max = max;
  }

  get full(): boolean {
    return this.all.length >= this.#max;
  }

  async add(found: readonly ChainFinding[]): Promise<void> {
    for (const finding of found.slice(0, this.#max - this.all.length)) {
      const rows =
        finding.code === 'rows_changed'
          ? await this.#db.run(differenceRow, DIFFERENCES, [finding.height])
          : [];
      const ids = (kind: string) => rows.flatMap(({ id, what }) => (what === kind ? [id] : []));
      this.all.push({
        ...finding,
        missingIds: ids('missing'),
        changedIds: ids('changed'),
        addedIds: ids('added'),
      });
    }
  }
}

async function startOf(
  db: Runner,
  from: bigint,
  crypto: ChainCrypto,
  findings: Findings,
): Promise<ChainEnd> {
  if (from <= 1n) return CHAIN_START;
  const before = await blockAt(db, from - 1n);
  if (before) {
    await findings.add(checkBlock(before, crypto));
    return before;
  }
  const what = `seal ${from - 1n}, after which the check begins, is not there`;
  await findings.add([{ code: 'block_missing', height: from - 1n, what }]);
  return CHAIN_START;
}

async function blockAt(db: Runner, height: bigint): Promise<Block | null> {
  const [row] = await db.run(
    blockRow,
    `select ${blockColumns('b')} from audit_blocks b where height = $1`,
    [height],
  );
  return row ? toBlock(row) : null;
}

async function checkHeads(
  db: Runner,
  heads: readonly Block[],
  crypto: ChainCrypto,
  findings: Findings,
): Promise<void> {
  if (heads.length === 0) return;
  const standing = await db.run(
    z.object({ height: amountColumn, hash: z.string() }),
    'select height, hash from audit_blocks where height = any($1::bigint[])',
    [heads.map(({ height }) => height)],
  );
  const hashes = new Map(standing.map(({ height, hash }) => [height, hash]));
  for (const head of heads) {
    await findings.add(checkHead(head, hashes.get(head.height) ?? null, crypto));
  }
}

async function countUnsealed(db: Runner): Promise<number> {
  const rows = await db.run(
    z.object({ n: countColumn }),
    `select count(*) as n from audit_logs
     where xact >= coalesce((select to_xact from audit_blocks order by height desc limit 1), 0)`,
  );
  return onlyRow(rows).n;
}

/** The first of the newest seals that one page holds; 1 where there are no more. */
export async function recentHeight(db: Runner): Promise<bigint> {
  const rows = await db.run(
    z.object({ height: amountColumn }),
    `select coalesce(min(height), 1) as height
     from (
       select height, sum(row_count) over (order by height desc) - row_count as rows_after
       from (select height, row_count from audit_blocks order by height desc limit ${BLOCKS_PER_PAGE}) newest
     ) counted
     where rows_after < ${ROWS_PER_PAGE / 2}`,
  );
  return onlyRow(rows).height;
}
