/** States of a batch whose payments may be taken up again; from the last three it is queued again. */
const OPEN_OR_ENDED = "('QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED')";
const LEFT_THE_SLOT = "('SETTLING', 'COMPLETED', 'FAILED')";

/**
 * Queues batch `$1` again if it has left the slot, where the expression `source` has payments to take
 * up; an expression `batch` of the batch, in which it stays where it is otherwise. Where `unlessCancelled`,
 * a batch that somebody cancelled is left alone.
 */
export const requeued = (source: string, unlessCancelled: boolean): string => `
  batch as (
    update batches b set
      status = case when b.status in ${LEFT_THE_SLOT} then 'QUEUED' else b.status end,
      queued_at = case when b.status in ${LEFT_THE_SLOT} then now() else b.queued_at end,
      queue_rank = case when b.status in ${LEFT_THE_SLOT} then nextval('batch_queue_rank') else b.queue_rank end,
      completed_at = null, failed_at = null
    from batches o
    where o.id = b.id and b.status = o.status and b.id = $1 and b.status in ${OPEN_OR_ENDED}
      ${unlessCancelled ? 'and b.cancel_requested_at is null' : ''} and exists (select 1 from ${source})
    returning b.id, o.status as was, b.status as now
  )`;

/** The audit rows of payments that `source` made PENDING again, with their state `was`, and of their batch. */
export const requeuedTrail = (source: string, action: string, actor: string): string => `
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor)
    select '${action}', 'INFO', batch_id, id, was, 'PENDING', ${actor} from ${source}
    union all
    select 'batch.queued', 'INFO', id, null, was, now, ${actor} from batch where was <> now
  )`;
