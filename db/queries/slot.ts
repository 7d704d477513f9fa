import { z } from 'zod';
import { BATCH_STATES } from '../../domain/batch.ts';
import { PARKED_MAX_MS } from '../../domain/limits.ts';
import { HALT_CAUSES } from '../../domain/outcome.ts';
import type { Db } from '../client.ts';
import { isUniqueViolation } from '../errors.ts';
import { countColumn } from '../rows.ts';
import { REJECTED } from './queue-batch.ts';
import { AWAITS_ACCOUNT, MAY_CONTINUE } from './parked-payments.ts';

const idRow = z.object({ id: z.string() });

/**
 * Gives the slot to the batch if it is free and the batch is first in the queue; true where the
 * batch holds it now. The partial unique index decides between two that try at once. Safe to repeat.
 */
export async function acquireSlot(db: Db, batchId: string): Promise<boolean> {
  try {
    const rows = await db.run(
      idRow,
      `with taken as (
         update batches b set status = 'PROCESSING', executed_at = coalesce(b.executed_at, now())
         where b.id = $1 and b.status = 'QUEUED' and b.paused_at is null
           and not exists (select 1 from batches where status = 'PROCESSING')
           and b.queue_rank = (
             select min(queue_rank) from batches where status = 'QUEUED' and paused_at is null)
         returning b.id
       ),
       trail as (
         insert into audit_logs (action, status, batch_id, from_state, to_state, actor)
         select 'batch.executed', 'INFO', id, 'QUEUED', 'PROCESSING', 'system' from taken
       )
       select id from taken
       union all
       select id from batches where id = $1 and status = 'PROCESSING'`,
      [batchId],
    );
    return rows.length > 0;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Frees the slot once nothing of the batch is left to hand over. Safe to repeat. */
export const releaseSlot = (db: Db, batchId: string): Promise<unknown> =>
  db.run(
    idRow,
    `with moved as (
       update batches set status = 'SETTLING', settling_at = now() where id = $1 and status = 'PROCESSING'
         and not exists (select 1 from payments p where p.batch_id = $1 and p.status = 'PENDING')
       returning id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, from_state, to_state, actor)
       select 'batch.settling', 'INFO', id, 'PROCESSING', 'SETTLING', 'system' from moved
     )
     select id from moved`,
    [batchId],
  );

/** The batch that may take the slot next, or null: the slot is taken or nobody waits. */
export async function nextInQueue(db: Db): Promise<string | null> {
  const rows = await db.run(
    idRow,
    `select id from batches
     where status = 'QUEUED' and paused_at is null
       and not exists (select 1 from batches where status = 'PROCESSING')
     order by queue_rank limit 1`,
  );
  return rows[0]?.id ?? null;
}

const batchRow = z.object({
  status: z.enum(BATCH_STATES),
  provider: z.string(),
  currency: z.string(),
  created_by: z.string(),
  batch_number: z.bigint().transform(Number),
  payment_count: z.number(),
  chunk_count: z.number(),
  paused: z.boolean(),
  cancel_requested: z.boolean(),
  execute_requested: z.boolean(),
  cleared: z.boolean(),
  scheduled_in_ms: z.number(),
  approvals_missing: z.number(),
  approvals_due_in_ms: z.number().nullable(),
  unsettled: z.bigint().transform(Number),
  in_doubt: z.bigint().transform(Number),
  retries_later: z.bigint().transform(Number),
  next_retry_in_ms: z.number().nullable(),
  halt_code: z.enum(HALT_CAUSES).nullable(),
  parked: countColumn,
  parked_ends_in_ms: z.number().nullable(),
  continuable: countColumn,
});

/**
 * Where a batch stands, as its workflow needs it; null where there is no such batch. Payments that
 * wait for an account do so for `parkedMaxMs` at most.
 */
export async function loadBatch(db: Db, batchId: string, parkedMaxMs = PARKED_MAX_MS) {
  const rows = await db.run(
    batchRow,
    `select b.status, b.provider, b.currency, b.created_by, b.batch_number, b.payment_count, b.chunk_count,
       b.paused_at is not null as paused, b.cancel_requested_at is not null as cancel_requested,
       b.execute_requested_at is not null as execute_requested, b.undo_until is not null as cleared,
       greatest(0, coalesce(extract(epoch from greatest(b.scheduled_for, b.undo_until) - now()) * 1000, 0))::float8 as scheduled_in_ms,
       case b.status when 'PENDING' then approvals_missing(b.id) + ${REJECTED}::int else 0 end as approvals_missing,
       (select (extract(epoch from least(min(r.expires_at), min(r.escalates_at) filter (where r.escalated_at is null)) - now()) * 1000)::float8
         from approval_requirements r where r.batch_id = b.id) as approvals_due_in_ms,
       (select count(*) from payments p
         where p.batch_id = b.id and p.status in ('PENDING', 'PROCESSING', 'UNKNOWN')) as unsettled,
       (select count(*) from payments p where p.batch_id = b.id and p.status = 'UNKNOWN')
         + case when b.status <> 'SETTLING' then 0 else (
             select count(*) from payments p join attempts a on a.payment_id = p.id and a.generation = p.generation
             where p.batch_id = b.id and p.status = 'PROCESSING' and a.status = 'SENDING') end as in_doubt,
       coalesce(r.payments, 0) as retries_later, r.in_ms as next_retry_in_ms, b.halt_code,
       coalesce(h.parked, 0) as parked, h.ends_in_ms as parked_ends_in_ms, coalesce(h.continuable, 0) as continuable
     from batches b
     left join lateral (
       select count(*) as payments,
         greatest(0, extract(epoch from min(p.retry_at) - now()) * 1000)::float8 as in_ms
       from payments p where p.batch_id = b.id and p.retry_at is not null and b.cancel_requested_at is null) r on true
     left join lateral (
       select count(*) filter (where ${AWAITS_ACCOUNT}) as parked,
         (extract(epoch from min(p.held_at) filter (where ${AWAITS_ACCOUNT}) - now()) * 1000 + $2::float8)::float8 as ends_in_ms,
         count(*) filter (where ${MAY_CONTINUE}) as continuable
       from payments p where p.batch_id = b.id and p.status = 'ON_HOLD') h on true
     where b.id = $1`,
    [batchId, parkedMaxMs],
  );
  return rows[0] ?? null;
}
