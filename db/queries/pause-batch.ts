import { z } from 'zod';
import type { HaltCause } from '../../domain/outcome.ts';
import type { Db } from '../client.ts';
import { haltPassed, openedTrail, RANKED_CASE_ID } from './cases.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { sumColumn } from './preview.ts';

const idRow = z.object({ id: z.string() });

/**
 * Lets nothing more of the batch be sent, from the next claim on. The first reason is kept. A halt by
 * the provider is an alert besides: it opens a case. Answers a row where this call paused it.
 */
export const pauseBatch = (
  db: Db,
  batchId: string,
  actor: string,
  reason: string,
  haltCode: HaltCause | null = null,
): Promise<{ id: string }[]> =>
  db.run(
    idRow,
    `with paused as (
       update batches set paused_at = now(), paused_reason = $3, halt_code = $4
       where id = $1 and status in ('PENDING', 'QUEUED', 'PROCESSING') and paused_at is null and cancel_requested_at is null
       returning id, provider
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, details)
       select case when $4::text is null then 'batch.paused' else 'batch.halted' end, 'WARNING', id, $2,
         jsonb_strip_nulls(jsonb_build_object('reason', $3::text, 'halt', $4::text)) from paused
     ),
     opened as (
       insert into cases (id, kind, severity, subject, summary, provider, batch_id, details)
       select ${RANKED_CASE_ID}, 'halted', 'high', id, 'The batch is halted: ' || $3, provider, id,
         jsonb_build_object('haltCause', $4::text)
       from paused where $4::text is not null
       on conflict do nothing
       returning *
     ),
     ${openedTrail('opened')}
     select id from paused`,
    [batchId, actor, reason, haltCode],
  );

/** Lets a paused batch go on; it keeps its place in the queue, and the case of its halt is closed. */
export const resumeBatch = (
  db: Db,
  batchId: string,
  actor: string,
  reason: string,
): Promise<unknown> =>
  db.run(
    idRow,
    `with resumed as (
       update batches set paused_at = null, paused_reason = null, halt_code = null where id = $1 and paused_at is not null
       returning id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, details)
       select 'batch.resumed', 'INFO', id, $2, jsonb_build_object('reason', $3::text) from resumed
     ),${haltPassed('resumed', "'The batch goes on: ' || $3")}
     select id from resumed`,
    [batchId, actor, reason],
  );

/**
 * Gives the slot back without ending: PROCESSING becomes QUEUED. A paused batch keeps its place;
 * one whose workflow was terminated (`toTail`) goes to the end, so that the others get on.
 */
export const yieldSlot = (
  db: Db,
  batchId: string,
  why: string,
  toTail: boolean,
): Promise<{ id: string }[]> =>
  db.run(
    idRow,
    `with yielded as (
       update batches set status = 'QUEUED',
         queue_rank = case when $3 then nextval('batch_queue_rank') else queue_rank end
       where id = $1 and status = 'PROCESSING'
       returning id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, from_state, to_state, actor, details)
       select 'batch.slot_yielded', 'WARNING', id, 'PROCESSING', 'QUEUED', 'system', jsonb_build_object('reason', $2::text)
       from yielded
     )
     select id from yielded`,
    [batchId, why, toTail],
  );

/** The exact line at which a batch stands: handed over, in doubt, and surely not at the provider. */
export async function cutLine(db: Db, batchId: string) {
  const rows = await db.run(
    z.object({ sent: countColumn, in_doubt: countColumn, untouched: countColumn }),
    `select
       count(*) filter (where p.status in ('COMPLETED', 'RETURNED', 'FAILED')
         or (p.status = 'PROCESSING' and a.status = 'ACCEPTED')) as sent,
       count(*) filter (where p.status = 'UNKNOWN' or (p.status = 'PROCESSING' and a.status = 'SENDING')) as in_doubt,
       count(*) filter (where p.status in ('PENDING', 'ON_HOLD')
         or (p.status = 'PROCESSING' and a.status = 'DEFERRED')) as untouched
     from payments p left join attempts a on a.payment_id = p.id and a.generation = p.generation
     where p.batch_id = $1`,
    [batchId],
  );
  const { sent, in_doubt, untouched } = onlyRow(rows);
  return { sent, inDoubt: in_doubt, untouched };
}

/** What of the batch is surely not at the provider, in minor units. */
export async function unsentAmount(db: Db, batchId: string): Promise<bigint> {
  const rows = await db.run(
    z.object({ amount_minor: sumColumn }),
    `select coalesce(sum(p.amount_minor), 0) as amount_minor from payments p
     left join attempts a on a.payment_id = p.id and a.generation = p.generation
     where p.batch_id = $1 and (p.status = 'PENDING' or (p.status = 'PROCESSING' and a.status = 'DEFERRED'))`,
    [batchId],
  );
  return onlyRow(rows).amount_minor;
}
