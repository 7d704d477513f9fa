import { z } from 'zod';
import { RETRIES_EXHAUSTED } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { accountSeenAt, coolingDown } from './account-cooldown.ts';
import { requeued, requeuedTrail } from './requeue-batch.ts';
import { heldByRisk } from './risk-held.ts';

/**
 * Why `$3` may not have a payment `p` tried again; null where they may. Who changed the account is not
 * who says that the payment may go there, whether it is held for that or has failed meanwhile.
 */
const KEPT_BACK = `case
  when p.hold_reason = 'manual_hold' then 'person'
  when p.status = 'ON_HOLD' and ${heldByRisk('p.id')} then 'risk'
  when p.hold_reason = 'account_changed'
    and exists (select 1 from accounts a where a.id = p.account_id and ${coolingDown('a')}) then 'cooling'
  when exists (select 1 from accounts a where a.id = p.account_id
    and (p.hold_reason = 'account_changed' or a.changed_at > ${accountSeenAt('p')})
    and person_behind(a.changed_by) = person_behind($3)) then 'own_change' end`;

/**
 * Payments of batch `$1` (of `$2`, where ids are given) that `$3` may try again: failed, held, or
 * cancelled by used-up retries with everything that they had covered still free; and nothing keeps them
 * back.
 */
const RETRYABLE = `
  select p.id, p.status as was from payments p
  where p.batch_id = $1 and ($2::text[] is null or p.id = any($2)) and (
    p.status in ('FAILED', 'ON_HOLD')
    or (p.status = 'CANCELLED' and p.failure_code = '${RETRIES_EXHAUSTED}' and p.amount_minor = (
      select sum(b.amount_minor) from released_payables r join payables b on b.id = r.payable_id
      where r.payment_id = p.id and b.payment_id is null and not b.open and not b.held
      having sum(b.commission_count) = p.commission_count)))
    and ${KEPT_BACK} is null`;

/** How many payments of the batch the actor can try again now. */
export async function countRetryable(
  db: Db,
  batchId: string,
  actor: string,
  paymentIds?: readonly string[],
): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `select count(*) as count from (${RETRYABLE}) retryable`,
    [batchId, paymentIds ? [...paymentIds] : null, actor],
  );
  return onlyRow(rows).count;
}

const keptBackRow = z.object({
  id: z.string(),
  why: z.enum(['person', 'risk', 'cooling', 'own_change']),
  event_id: z.string().nullable(),
});
export type KeptBack = z.infer<typeof keptBackRow>;

/** The first of these payments that the actor may not have tried again, and why; undefined where there is none. */
export async function keptBack(
  db: Db,
  batchId: string,
  paymentIds: readonly string[],
  actor: string,
): Promise<KeptBack | undefined> {
  const rows = await db.run(
    keptBackRow,
    `select k.id, k.why, (
       select min(r.event_id) from payment_risks r join risk_events e on e.id = r.event_id
       where r.payment_id = k.id and (e.status = 'OPEN' or e.resolution = 'confirmed')) as event_id
     from (
       select p.id, ${KEPT_BACK} as why from payments p
       where p.batch_id = $1 and p.id = any($2::text[])
         and p.status in ('ON_HOLD', 'FAILED', 'CANCELLED')) k
     where k.why is not null order by k.id limit 1`,
    [batchId, [...paymentIds], actor],
  );
  return rows[0];
}

/**
 * Makes failed payments PENDING again, for a new generation, and queues their batch if it has left
 * the slot; answers how many. What a cancelled payment had covered is locked and claimed again first,
 * wholly or not at all. A person has looked at the account as it is now; a later change holds the payment
 * again. Safe to repeat.
 */
export async function retryPayments(
  db: Db,
  batchId: string,
  paymentIds: readonly string[] | null,
  actor: string,
): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `with retryable as (${RETRYABLE}),
     wanted as (
       select r.payment_id, b.id, b.amount_minor from released_payables r
       join retryable on retryable.id = r.payment_id and retryable.was = 'CANCELLED'
       join payables b on b.id = r.payable_id
       where b.payment_id is null and not b.held order by b.id for update of b
     ),
     whole as (
       select p.id, retryable.was from payments p join retryable on retryable.id = p.id
       where retryable.was <> 'CANCELLED' or p.amount_minor = (
         select sum(w.amount_minor) from wanted w where w.payment_id = p.id)
     ),
     ${requeued('whole', false)},
     again as (
       update payments p set status = 'PENDING', failures = 0, due_at = null, hold_reason = null, fence = null, retry_at = null,
         failure_code = null, failure_reason = null, updated_at = now(),
         account_seen_at = coalesce((select a.changed_at from accounts a where a.id = p.account_id), p.account_seen_at)
       from whole w, batch where p.id = w.id and p.status = w.was
       returning p.id, p.batch_id, w.was
     ),
     claimed as (
       update payables b set payment_id = w.payment_id
       from wanted w join again on again.id = w.payment_id where b.id = w.id
     ),
     forgotten as (
       delete from released_payables r using again where r.payment_id = again.id and again.was = 'CANCELLED'
     ),
     ${requeuedTrail('again', 'payment.retried', '$3')}
     select count(*) as count from again`,
    [batchId, paymentIds ? [...paymentIds] : null, actor],
    { deadlineMs: 60_000 },
  );
  return onlyRow(rows).count;
}

/**
 * Makes the failed payments of a batch whose wait is over PENDING again, for a new generation, and
 * queues the batch if it has left the slot; answers how many. A cancelled batch tries nothing again.
 * Nobody has looked at the account by it: one that was changed meanwhile holds the payment as it is
 * claimed. Safe to repeat.
 */
export async function retryDuePayments(db: Db, batchId: string): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `with due as (
       select p.id from payments p
       where p.batch_id = $1 and p.status = 'FAILED' and p.retry_at <= now()
     ),
     ${requeued('due', true)},
     again as (
       update payments p set status = 'PENDING', failures = 0, due_at = null, fence = null, retry_at = null,
         later_retries = p.later_retries + 1, failure_code = null, failure_reason = null, updated_at = now()
       from due d, batch where p.id = d.id and p.status = 'FAILED'
       returning p.id, p.batch_id, 'FAILED' as was
     ),
     ${requeuedTrail('again', 'payment.retried', "'system'")}
     select count(*) as count from again`,
    [batchId],
    { deadlineMs: 60_000 },
  );
  return onlyRow(rows).count;
}
