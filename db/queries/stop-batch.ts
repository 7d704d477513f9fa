import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { CANCELLED_BY_PERSON, PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';
import { batchState, invalidState } from './batch-state.ts';
import { cancelStatement } from './cancel-statement.ts';
import { haltPassed } from './cases.ts';

const idRow = z.object({ id: z.string() });

/**
 * Cancels all that is unsent in a batch and lets nothing more be sent; what was sent finishes. A
 * batch that never held the slot is CANCELLED at once. Safe to repeat.
 */
export const cancelBatch = (
  db: Db,
  batchId: string,
  actor: string,
  reason: string,
): Promise<unknown> =>
  db.run(
    idRow,
    `with asked as (
       update batches b set
         cancel_requested_at = coalesce(b.cancel_requested_at, now()),
         cancel_reason = coalesce(b.cancel_reason, $3), paused_at = null, paused_reason = null, halt_code = null,
         status = case when b.executed_at is null then 'CANCELLED' when b.status = 'QUEUED' then 'SETTLING' else b.status end,
         cancelled_at = case when b.executed_at is null then now() end
       from batches o
       where o.id = b.id and b.id = $1 and b.status in ('PENDING', 'QUEUED', 'PROCESSING') and b.status = o.status
       returning b.id, o.status as was, b.status as now
     ),
     chosen as (select p.id from payments p join asked on asked.id = p.batch_id), ${cancelStatement({ failedToo: false, code: CANCELLED_BY_PERSON })},
     batch_trail as (
       insert into audit_logs (action, status, batch_id, from_state, to_state, actor, details)
       select 'batch.cancelled', 'WARNING', id, nullif(was, now), case when was <> now then now end, $2,
         jsonb_build_object('reason', $3::text, 'unsent', (select count(*) from stopped))
       from asked
     ),${haltPassed('asked', "'The batch is cancelled: ' || $3")}
     select id from asked`,
    [batchId, actor, reason],
    { deadlineMs: 60_000 },
  );

/** Takes a batch that never ran out of the API; its commissions are payable again, its audit rows stay. */
export async function deleteBatch(
  db: Db,
  { batchId, actor }: { batchId: string; actor: Actor },
): Promise<void> {
  const rows = await db.run(
    idRow,
    `with gone as (
       update batches b set deleted_at = now(), cancelled_at = now(), status = 'CANCELLED', cancel_reason = $3,
         paused_at = null, paused_reason = null, halt_code = null
       from batches o
       where o.id = b.id and b.id = $1 and b.status in ('PENDING', 'QUEUED') and b.executed_at is null
         and b.status = o.status
       returning b.id, o.status as was
     ),
     chosen as (select p.id from payments p join gone on gone.id = p.batch_id), ${cancelStatement({ failedToo: false, code: CANCELLED_BY_PERSON })},
     batch_trail as (
       insert into audit_logs (action, status, batch_id, from_state, to_state, actor, ip_address, user_agent)
       select 'batch.deleted', 'WARNING', id, was, 'CANCELLED', $2, $4, $5 from gone
     ),${haltPassed('gone', '$3::text')}
     select id from gone`,
    [batchId, actor.id, 'The batch was deleted.', actor.ipAddress, actor.userAgent],
    { deadlineMs: 60_000 },
  );
  if (rows.length > 0) return;
  throw invalidState('delete', (await batchState(db, batchId)).status);
}

/** Cancels one payment that surely is not at the provider, or failed for good. Throws `not_found` or `invalid_state`. */
export async function cancelPayment(
  db: Db,
  { paymentId, actor, reason }: { paymentId: string; actor: Actor; reason: string },
): Promise<void> {
  const rows = await db.run(
    idRow,
    `with chosen as (select $1::text as id), ${cancelStatement({ failedToo: true, code: CANCELLED_BY_PERSON })} select id from stopped`,
    [paymentId, actor.id, reason],
  );
  if (rows.length > 0) return;
  const [payment] = await db.run(
    z.object({ status: z.enum(PAYMENT_STATES) }),
    'select status from payments where id = $1',
    [paymentId],
  );
  if (!payment) throw new DomainError('not_found', 'There is no such payment.');
  throw new DomainError(
    'invalid_state',
    `A payment that is ${payment.status} cannot be cancelled: its money may have left, or it has ended.`,
  );
}
