import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { CANCELLED_BY_PERSON } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { cancelStatement } from './cancel-statement.ts';
import { releaseHold } from './holds.ts';
import { requeued, requeuedTrail } from './requeue-batch.ts';
import { heldByRisk, riskHoldId } from './risk-held.ts';

const idRow = z.object({ id: z.string() });
const OPTIONS = { deadlineMs: 60_000 };
const TRIES_MAX = 3;

/** Payments that the event `$2` holds in batch `$1`. */
const HELD_BY = `
  from payment_risks l join payments p on p.id = l.payment_id
  where l.event_id = $2 and p.batch_id = $1 and p.status = 'ON_HOLD' and p.hold_reason = 'risk'`;

/** When a payment was last changed stays as it is: an account that was changed since stops it still. */
const CONTINUE = `
  with able as (
    select distinct p.id ${HELD_BY} and not ${heldByRisk('p.id')}
  ),
  ${requeued('able', true)},
  waiting as materialized (
    select id from batches where id = $1 and status = 'PENDING' and exists (select 1 from able) for share
  ),
  again as (
    update payments p set status = 'PENDING', hold_reason = null, failures = 0, due_at = null, fence = null
    from able where p.id = able.id and p.status = 'ON_HOLD' and p.hold_reason = 'risk'
      and (exists (select 1 from batch) or exists (select 1 from waiting))
    returning p.id, p.batch_id, 'ON_HOLD' as was
  ),
  ${requeuedTrail('again', 'payment.continued', '$3')}
  select id from again`;

const CANCEL = `
  with chosen as (
    select distinct p.id from payment_risks l join payments p on p.id = l.payment_id
    where l.event_id = $4 and p.batch_id = $1 and p.status in ('PENDING', 'ON_HOLD')
  ),${cancelStatement({ failedToo: false, code: CANCELLED_BY_PERSON })}
  select id from stopped`;

const eventRow = z.object({
  resolution: z.enum(['false_alarm', 'confirmed', 'accepted']),
  resolved_by: z.string(),
  resolution_reason: z.string(),
});

/**
 * Carries out what a person decided about a resolved event: the payments it held go on, where nothing
 * else holds them, and are cancelled where it was confirmed; the hold it put on a payee is released,
 * unless it was confirmed. Does nothing while it is open. Answers the batches that have something to do
 * by it; their workflows are to be woken. Safe to repeat.
 */
export async function releaseRisk(db: Db, eventId: string): Promise<string[]> {
  const [event] = await db.run(
    eventRow,
    `select resolution, resolved_by, resolution_reason from risk_events where id = $1 and status = 'RESOLVED'`,
    [eventId],
  );
  if (!event) return [];
  const batches = await db.run(
    idRow,
    `select distinct p.batch_id as id from payment_risks l join payments p on p.id = l.payment_id
     where l.event_id = $1 and p.status in ('PENDING', 'ON_HOLD')`,
    [eventId],
  );
  const confirmed = event.resolution === 'confirmed';
  if (!confirmed) await releasePayee(db, eventId, event);
  const moved: string[] = [];
  for (const { id } of batches) {
    const changed = confirmed
      ? await cancelHeld(db, id, eventId, event)
      : await letGo(db, id, eventId, event.resolved_by);
    if (changed.length > 0) moved.push(id);
  }
  return moved;
}

type Resolved = z.infer<typeof eventRow>;

/** Not there, or released already by a person: then there is nothing to do. */
async function releasePayee(db: Db, eventId: string, event: Resolved): Promise<void> {
  const actor = { id: event.resolved_by, ipAddress: null, userAgent: null };
  try {
    await releaseHold(db, riskHoldId(eventId), event.resolution_reason, actor);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

const cancelHeld = (db: Db, batchId: string, eventId: string, event: Resolved) =>
  db.run(
    idRow,
    CANCEL,
    [batchId, event.resolved_by, `${eventId}: ${event.resolution_reason}`, eventId],
    OPTIONS,
  );

/** The batch may change its state at the same moment; then the next try sees where it stands. */
async function letGo(db: Db, batchId: string, eventId: string, actor: string) {
  for (let tries = 1; ; tries += 1) {
    const rows = await db.run(idRow, CONTINUE, [batchId, eventId, actor], OPTIONS);
    if (rows.length > 0 || tries >= TRIES_MAX) return rows;
  }
}

/**
 * Events that were resolved while nobody carried that out, as when a process died in between: the
 * oldest 500. A payment that another event holds still is none of theirs.
 */
export async function unreleasedRisks(db: Db): Promise<string[]> {
  const rows = await db.run(
    idRow,
    `select distinct e.id from payments p join payment_risks l on l.payment_id = p.id
     join risk_events e on e.id = l.event_id join batches b on b.id = p.batch_id
     where p.status = 'ON_HOLD' and p.hold_reason = 'risk' and e.status = 'RESOLVED' and b.cancel_requested_at is null
       and (e.resolution = 'confirmed' or not ${heldByRisk('p.id')})
     order by e.id limit 500`,
  );
  return rows.map(({ id }) => id);
}
