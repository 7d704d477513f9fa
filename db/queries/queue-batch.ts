import { z } from 'zod';
import { BATCH_STATES, type BatchState } from '../../domain/batch.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';
import { batchState, invalidState } from './batch-state.ts';

const statusRow = z.object({ status: z.enum(BATCH_STATES) });

/**
 * Queues the batch if it is cleared: approved as often as needed and its time come. Otherwise only
 * notes that execution was asked for. Answers the status, or null where nothing could change.
 */
export async function queueIfCleared(
  db: Db,
  batchId: string,
  actor: Actor,
): Promise<BatchState | null> {
  const rows = await db.run(
    statusRow,
    `with asked as (
       update batches b set
         execute_requested_at = coalesce(b.execute_requested_at, now()),
         status = case when coalesce(b.scheduled_for, now()) <= now() then 'QUEUED' else b.status end,
         queued_at = case when coalesce(b.scheduled_for, now()) <= now() then now() end,
         queue_rank = case when coalesce(b.scheduled_for, now()) <= now() then nextval('batch_queue_rank') end
       where b.id = $1 and b.status = 'PENDING' and b.deleted_at is null and b.cancel_requested_at is null
         and b.required_approvals <= (select count(*) from approvals v
           where v.batch_id = b.id and v.content_hash = b.content_hash and v.decision = 'approved')
         and not exists (select 1 from approvals v
           where v.batch_id = b.id and v.content_hash = b.content_hash and v.decision = 'rejected')
       returning b.id, b.status
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, from_state, to_state, actor, ip_address, user_agent)
       select 'batch.queued', 'INFO', id, 'PENDING', 'QUEUED', $2, $3, $4 from asked where status = 'QUEUED'
     )
     select status from asked`,
    [batchId, actor.id, actor.ipAddress, actor.userAgent],
    // Each payee of it may be written a mail.
    { deadlineMs: 60_000 },
  );
  return rows[0]?.status ?? null;
}

/**
 * Asks for the execution of a batch; asking again while it runs is the same. Throws `not_found`,
 * `approval_required` with how many approvals are missing, or `invalid_state`.
 */
export async function requestExecution(
  db: Db,
  { batchId, actor }: { batchId: string; actor: Actor },
): Promise<{ status: BatchState }> {
  const status = await queueIfCleared(db, batchId, actor);
  if (status) return { status };
  const state = await batchState(db, batchId);
  if (state.status === 'PENDING' && state.approvals_missing > 0) {
    throw new DomainError(
      'approval_required',
      `${state.approvals_missing} more approval(s) of this content are needed before it is executed.`,
    );
  }
  if (state.status === 'PENDING' && state.rejected) {
    throw new DomainError(
      'invalid_state',
      'An approver rejected this batch; delete it and make another one.',
    );
  }
  if (['QUEUED', 'PROCESSING', 'SETTLING'].includes(state.status)) return { status: state.status };
  throw invalidState('execute', state.status);
}
