import { z } from 'zod';
import { BATCH_STATES } from '../../domain/batch.ts';
import { stallOf, type StallReason } from '../../domain/stalled.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';

/** A batch that should move and does not, and since when. */
export interface Stall {
  reason: StallReason;
  since: Date;
}

const standingRow = z.object({
  id: z.string(),
  status: z.enum(BATCH_STATES),
  since: instantColumn,
  quiet_seconds: z.number(),
  worker_silent_seconds: z.number().nullable(),
});

/**
 * Those of these batches that do not move though they should. Nothing of it is kept: it is read from the
 * last change of a state that the audit log has of each, and from when a worker was last heard of.
 */
export async function stalledBatches(
  db: Db,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, Stall>> {
  if (batchIds.length === 0) return new Map();
  const rows = await db.run(
    standingRow,
    `select b.id, b.status, c.since, extract(epoch from now() - c.since)::float8 as quiet_seconds,
       (select extract(epoch from now() - max(seen_at)) from provider_states)::float8 as worker_silent_seconds
     from batches b
     cross join lateral (
       select coalesce(greatest(b.queued_at, b.executed_at, b.settling_at, (
         select l.created_at from audit_logs l where l.batch_id = b.id and l.to_state is not null
         order by l.id desc limit 1
       )), b.created_at) as since
     ) c
     where b.id = any($1::text[]) and b.status in ('QUEUED', 'PROCESSING', 'SETTLING') and b.paused_at is null`,
    [[...batchIds]],
  );
  return new Map(
    rows.flatMap((row) => {
      const reason = stallOf({
        status: row.status,
        paused: false,
        quietSeconds: row.quiet_seconds,
        workerSilentSeconds: row.worker_silent_seconds,
      });
      return reason === null ? [] : [[row.id, { reason, since: row.since }] as const];
    }),
  );
}
