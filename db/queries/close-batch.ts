import { z } from 'zod';
import { decideBatchEnd } from '../../domain/batch.ts';
import { CANCELLED_BY_PERSON } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { failedForGood } from './payment-ends.ts';
import { sumColumn } from './preview.ts';

const tallyRow = z.object({
  completed: countColumn,
  failed: countColumn,
  held: countColumn,
  unsettled: countColumn,
  cancelled_unsent: z.boolean(),
  completed_minor: sumColumn,
  failed_minor: sumColumn,
  held_minor: sumColumn,
});

/**
 * Ends a batch of which every payment has settled, by the 10% rule; answers its end, or null where
 * something is still open. Safe to repeat: an ended batch is not ended again.
 */
export async function closeBatch(db: Db, batchId: string) {
  const tally = onlyRow(
    await db.run(
      tallyRow,
      `select count(*) filter (where p.status in ('COMPLETED', 'RETURNED')) as completed,
         count(*) filter (where ${failedForGood('p')}) as failed,
         count(*) filter (where p.status = 'ON_HOLD') as held,
         count(*) filter (where p.status in ('PENDING', 'PROCESSING', 'UNKNOWN')
           or (p.retry_at is not null and b.cancel_requested_at is null)) as unsettled,
         bool_or(b.cancel_requested_at is not null and p.status = 'CANCELLED'
           and p.failure_code = '${CANCELLED_BY_PERSON}') as cancelled_unsent,
         coalesce(sum(p.amount_minor) filter (where p.status in ('COMPLETED', 'RETURNED')), 0) as completed_minor,
         coalesce(sum(p.amount_minor) filter (where ${failedForGood('p')}), 0) as failed_minor,
         coalesce(sum(p.amount_minor) filter (where p.status = 'ON_HOLD'), 0) as held_minor
       from payments p join batches b on b.id = p.batch_id where p.batch_id = $1`,
      [batchId],
      { deadlineMs: 60_000 },
    ),
  );
  if (tally.unsettled > 0) return null;
  const end = decideBatchEnd({ ...tally, cancelledUnsent: tally.cancelled_unsent });
  await db.run(
    z.unknown(),
    `with closed as (
       update batches b set status = $2,
         completed_at = case $2 when 'COMPLETED' then now() end,
         failed_at = case $2 when 'FAILED' then now() end,
         cancelled_at = case $2 when 'CANCELLED' then now() end,
         completed_count = $3, failed_count = $4, held_count = $5,
         completed_minor = $6, failed_minor = $7, held_minor = $8
       where b.id = $1 and b.status = 'SETTLING' and not exists (
         select 1 from payments p where p.batch_id = b.id and (p.status in ('PENDING', 'PROCESSING', 'UNKNOWN')
           or (p.retry_at is not null and b.cancel_requested_at is null)))
       returning b.id
     )
     insert into audit_logs (action, status, batch_id, from_state, to_state, actor, details)
     select 'batch.' || lower($2), case $2 when 'COMPLETED' then 'SUCCESS' when 'FAILED' then 'FAILURE' else 'WARNING' end,
       id, 'SETTLING', $2, 'system', jsonb_build_object('completed', $3::int, 'failed', $4::int, 'held', $5::int)
     from closed`,
    [
      batchId,
      end,
      tally.completed,
      tally.failed,
      tally.held,
      tally.completed_minor,
      tally.failed_minor,
      tally.held_minor,
    ],
  );
  return { end, completed: tally.completed, failed: tally.failed, held: tally.held };
}
