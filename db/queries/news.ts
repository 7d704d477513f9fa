import { z } from 'zod';
import type { NewsRow } from '../../domain/live/news.ts';
import type { Position } from '../../domain/live/position.ts';
import type { Db } from '../client.ts';
import { amountColumn, onlyRow } from '../rows.ts';

/** On which of the transactions that write audit rows and commit at the same time one gives notice. */
export const NEWS_CHANNEL = 'bursar_news';
/** More rows than these are not read: who has missed so many begins anew. */
export const NEWS_ROWS_MAX = 10_000;

const DEADLINE_MS = 10_000;

/** What has been committed since a position. */
export interface News {
  /** Oldest first; none where `missed`. */
  rows: readonly NewsRow[];
  position: Position;
  /** There was more than can be told, or the position is none of this database's past. */
  missed: boolean;
}

/** Transactions that the statement cannot see: all from `next` on, and those that are open. */
const PRESENT = `
  select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + audit_offset() as next,
    array_to_string(array(
      select xid::text::bigint + audit_offset() from pg_snapshot_xip(pg_current_snapshot()) as xids (xid)
    ), ',') as open`;

const presentColumns = { next: amountColumn, open: z.string() };

const toPosition = ({ next, open }: { next: bigint; open: string }): Position => ({
  next,
  open: open === '' ? [] : open.split(',').map(BigInt),
});

/** Where who has read all that is committed by now stands. */
export async function presentPosition(db: Db): Promise<Position> {
  return toPosition(onlyRow(await db.run(z.object(presentColumns), PRESENT)));
}

const newsRow = z.object({
  ...presentColumns,
  id: z.bigint().nullable(),
  action: z.string().nullable(),
  batch_id: z.string().nullable(),
  payment_id: z.string().nullable(),
});

/**
 * The rows that a statement sees and whoever stood at `$1, $2` had not seen; with `$3, $4` only those
 * that had been seen there. Found by transaction before they are sorted: the planner would else walk
 * the whole log by id.
 */
const NEWS = `
  with present as materialized (${PRESENT}),
  found as materialized (
    select l.id, l.action, l.batch_id, l.payment_id from audit_logs l
    where (l.xact >= $1::bigint or l.xact = any($2::bigint[]))
      and ($3::bigint is null or (l.xact < $3::bigint and l.xact <> all($4::bigint[])))
    limit $5::int
  )
  select p.next, p.open, f.id, f.action, f.batch_id, f.payment_id
  from present p left join found f on true
  order by f.id`;

/**
 * What was committed after `since`, or between there and `upTo`: every row exactly once, however late
 * its transaction ended.
 */
export async function readNews(db: Db, since: Position, upTo?: Position): Promise<News> {
  const found = await db.run(
    newsRow,
    NEWS,
    [since.next, since.open, upTo?.next ?? null, upTo?.open ?? [], NEWS_ROWS_MAX + 1],
    { deadlineMs: DEADLINE_MS },
  );
  const [first] = found;
  if (!first) throw new Error('the present of the audit log was not answered');
  const present = toPosition(first);
  const position = upTo ?? present;
  // A copy of the database in another cluster counts its transactions from a lower number.
  const ahead = since.next > present.next;
  if (ahead || found.length > NEWS_ROWS_MAX) return { rows: [], position, missed: true };
  const rows = found.flatMap(({ action, batch_id, payment_id }) =>
    action === null ? [] : [{ action, batchId: batch_id, paymentId: payment_id }],
  );
  return { rows, position, missed: false };
}
