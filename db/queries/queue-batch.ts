import { z } from 'zod';
import { describeMissing } from '../../domain/approval/missing.ts';
import { BATCH_STATES, type BatchState } from '../../domain/batch.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { isNotCleared } from '../errors.ts';
import type { Actor } from './actor.ts';
import { assessBatch } from './assess-batch.ts';
import { approvalsOf } from './batch-approvals.ts';
import { batchState, invalidState } from './batch-state.ts';

const statusRow = z.object({ status: z.enum(BATCH_STATES) });

/** Somebody rejected what batch `b` holds now. */
export const REJECTED = `exists (select 1 from approvals v
  where v.batch_id = b.id and v.content_hash = b.content_hash and v.decision = 'rejected')`;

/** What the platform itself releases needs no time for second thoughts, unless people approve it. */
const UNDO_UNTIL = `coalesce(b.undo_until, now() + interval '1 second' * case
  when b.source = 'escrow' and not exists (select 1 from approval_requirements r where r.batch_id = b.id) then 0
  else undo_window_seconds() end)`;

const DUE = `greatest(coalesce(b.scheduled_for, now()), ${UNDO_UNTIL}) <= now()`;

/**
 * Queues the batch if it is cleared: assessed, approved by all who must, the time to undo that over and
 * its own time come. That time begins with the first call after the last approval. Notes that execution
 * was asked for, or with `onlyIfRequested` leaves alone what nobody asked for. Answers the status, or
 * null where nothing could change.
 */
export async function queueIfCleared(
  db: Db,
  batchId: string,
  actor: Actor,
  { onlyIfRequested = false } = {},
): Promise<BatchState | null> {
  await assessIfNever(db, batchId);
  const values = [batchId, actor.id, actor.ipAddress, actor.userAgent, onlyIfRequested];
  for (let tries = 1; ; tries += 1) {
    try {
      // Each payee of it may be written a mail.
      const rows = await db.run(statusRow, QUEUE, values, { deadlineMs: 60_000 });
      return rows[0]?.status ?? null;
    } catch (error) {
      // Somebody rejected it, or lost their role, in this very moment; or it needs more than it did.
      if (!isNotCleared(error)) throw error;
      if (tries >= TRIES_MAX) return null;
      await assessBatch(db, batchId);
    }
  }
}

const TRIES_MAX = 2;

const QUEUE = `
  with lost as (
    update batches b set undo_until = null
    where b.id = $1 and b.status = 'PENDING' and b.undo_until is not null
      and (approvals_missing(b.id) > 0 or ${REJECTED})
  ),
  asked as (
    update batches b set
      execute_requested_at = coalesce(b.execute_requested_at, now()),
      undo_until = ${UNDO_UNTIL},
      status = case when ${DUE} then 'QUEUED' else b.status end,
      queued_at = case when ${DUE} then now() end,
      queue_rank = case when ${DUE} then nextval('batch_queue_rank') end
    where b.id = $1 and b.status = 'PENDING' and b.deleted_at is null and b.cancel_requested_at is null
      and b.assessed_at is not null and (b.execute_requested_at is not null or not $5::boolean)
      and approvals_missing(b.id) = 0 and not ${REJECTED}
    returning b.id, b.status
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, from_state, to_state, actor, ip_address, user_agent)
    select 'batch.queued', 'INFO', id, 'PENDING', 'QUEUED', $2, $3, $4 from asked where status = 'QUEUED'
  )
  select status from asked`;

/** A batch of an earlier version, or one whose maker died before. */
async function assessIfNever(db: Db, batchId: string): Promise<void> {
  const waiting = await db.run(
    z.object({ id: z.string() }),
    "select id from batches where id = $1 and status = 'PENDING' and assessed_at is null",
    [batchId],
  );
  if (waiting.length > 0) await assessBatch(db, batchId);
}

/**
 * Asks for the execution of a batch; asking again while it runs is the same. With `whenApproved` a batch
 * that lacks approvals stays PENDING and runs by itself once it has them. Throws `not_found`,
 * `approval_required` with what is missing, or `invalid_state`.
 */
export async function requestExecution(
  db: Db,
  {
    batchId,
    actor,
    whenApproved = false,
  }: { batchId: string; actor: Actor; whenApproved?: boolean },
): Promise<{ status: BatchState }> {
  const status = await queueIfCleared(db, batchId, actor);
  if (status) return { status };
  const state = await batchState(db, batchId);
  if (state.status === 'PENDING' && state.rejected) {
    throw new DomainError(
      'invalid_state',
      'An approver rejected this batch; change it, or delete it and make another one.',
    );
  }
  if (state.status === 'PENDING' && state.approvals_missing > 0) {
    if (!whenApproved) throw await approvalRequired(db, batchId);
    await noteRequest(db, batchId, actor);
    return { status: 'PENDING' };
  }
  if (['QUEUED', 'PROCESSING', 'SETTLING'].includes(state.status)) return { status: state.status };
  throw invalidState('execute', state.status);
}

async function approvalRequired(db: Db, batchId: string): Promise<DomainError> {
  const { missing, requirements } = await approvalsOf(db, batchId);
  const names = requirements.filter((each) => each.missing.length > 0).map(({ name }) => name);
  return new DomainError(
    'approval_required',
    `Before it is executed, approvals of this content are missing: ${describeMissing(missing)} (${names.join(', ')}).`,
  );
}

async function noteRequest(db: Db, batchId: string, actor: Actor): Promise<void> {
  await db.run(
    z.object({ id: z.string() }),
    `with asked as (
       update batches set execute_requested_at = now()
       where id = $1 and status = 'PENDING' and deleted_at is null and cancel_requested_at is null
         and execute_requested_at is null
       returning id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent)
       select 'batch.execution_requested', 'INFO', id, $2, $3, $4 from asked
     )
     select id from asked`,
    [batchId, actor.id, actor.ipAddress, actor.userAgent],
  );
}
