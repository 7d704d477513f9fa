import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn, onlyRow } from '../../rows.ts';

const DEADLINE_MS = 30_000;
/** Batches whose waits are looked at: the newest. */
const TIMED_MAX = 1_000;

const byState = z.object({ state: z.string(), count: countColumn });

/** Batches by state, without those that were deleted. */
export const countBatches = (db: Db): Promise<z.infer<typeof byState>[]> =>
  db.run(
    byState,
    'select status as state, count(*) as count from batches where deleted_at is null group by status',
    [],
    { deadlineMs: DEADLINE_MS },
  );

const waits = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

/** How long batches waited for the slot that got it within the last day, in seconds; null where none did. */
export async function readSlotWaits(db: Db): Promise<z.infer<typeof waits>> {
  const rows = await db.run(
    waits,
    `with newest as (
       select queued_at, executed_at from batches order by batch_number desc limit ${TIMED_MAX}
     ),
     waited as (
       select extract(epoch from executed_at - queued_at) as seconds from newest
       where executed_at > now() - interval '1 day' and queued_at <= executed_at
     )
     select (percentile_cont(0.5) within group (order by seconds))::float8 as p50,
       (percentile_cont(0.95) within group (order by seconds))::float8 as p95,
       (percentile_cont(0.99) within group (order by seconds))::float8 as p99
     from waited`,
  );
  return onlyRow(rows);
}
