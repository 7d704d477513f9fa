import { z } from 'zod';
import type { Db } from '../client.ts';
import { accountSeenAt, coolingDown } from './account-cooldown.ts';
import { heldByRisk } from './risk-held.ts';

/** A payment about to be sent: under which generation, and the hash of the exact bytes. */
export interface AttemptClaim {
  paymentId: string;
  generation: number;
  requestHash: string;
  /** The request, encrypted, where it must be kept for a repetition; else null. */
  requestSealed: string | null;
  /** When the payment was last changed as the request was written, as Postgres writes it. */
  seenAt: string;
}

/**
 * `offset 0` keeps each look-up by its key: what the planner knows of a table that grows while it is
 * used would lead it to scan the whole table for every chunk.
 */
const claimStatement = `
  with input as (
    select * from unnest($2::text[], $3::int[], $4::text[], $6::text[], $7::timestamptz[]) as i (id, generation, hash, request_sealed, seen_at)
  ),
  judged as materialized (
    select i.*, o.status as was,
      case when o.status = 'PENDING' then case
        when a.account_ref <> o.account_ref or a.changed_at > ${accountSeenAt('o')} then 'account_changed'
        when y.hold_reason is not null or a.blocked_code is not null then 'payee_hold'
        when ${heldByRisk('o.id')} then 'risk'
        when a.id is null then 'no_account'
        when a.kyc_status <> 'APPROVED' then 'kyc'
        when ${coolingDown('a')} then 'account_changed'
      end end as hold
    from input i
    cross join lateral (select * from payments p where p.id = i.id offset 0) o
    join batches b on b.id = o.batch_id
    join payees y on y.id = o.payee_id
    left join accounts a on a.id = o.account_id
    left join lateral (
      select * from attempts a where a.payment_id = i.id and a.generation = i.generation offset 0) t on true
    where b.id = $1 and b.status = 'PROCESSING' and b.paused_at is null and b.cancel_requested_at is null
      and b.risk_judged_at is not null
      and (t.payment_id is null or (t.request_hash = i.hash and t.status in ('SENDING', 'DEFERRED', 'UNKNOWN')))
  ),
  held as (
    update payments p set status = 'ON_HOLD', hold_reason = j.hold, held_at = now(), updated_at = now()
    from judged j where p.id = j.id and p.status = 'PENDING' and j.hold is not null
    returning p.id, p.batch_id, j.hold
  ),
  claimed as (
    update payments p set
      status = 'PROCESSING', fence = $5, due_at = null, updated_at = now(),
      failures = case when p.generation = j.generation then p.failures else 0 end,
      generation = j.generation, failure_code = null, failure_reason = null,
      provider_payment_id = case when p.generation = j.generation then p.provider_payment_id end,
      submitted_at = case when p.generation = j.generation then p.submitted_at else now() end
    from judged j
    where p.id = j.id and p.status = j.was and j.hold is null and (
      (p.status = 'PENDING' and j.generation = p.generation + 1 and p.updated_at = j.seen_at)
      or (p.status in ('PROCESSING', 'UNKNOWN') and j.generation = p.generation))
    returning p.id, p.batch_id, p.generation, j.was, j.hash, j.request_sealed
  ),
  opened as (
    insert into attempts (payment_id, generation, idempotency_key, request_hash, request_sealed, status)
    select id, generation, id || ':' || generation, hash, request_sealed, 'SENDING' from claimed where was = 'PENDING'
  ),
  reopened as (
    update attempts t set status = 'SENDING', sends = t.sends + 1, last_sent_at = now()
    from claimed c
    where c.was <> 'PENDING' and t.payment_id = c.id and t.generation = c.generation
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select case was when 'PENDING' then 'payment.submitted' else 'payment.absent' end, 'INFO',
      batch_id, id, was, 'PROCESSING', 'system', jsonb_build_object('reference', id || ':' || generation)
    from claimed where was <> 'PROCESSING'
    union all
    select 'payment.held', 'WARNING', batch_id, id, 'PENDING', 'ON_HOLD', 'system',
      jsonb_build_object('reason', hold)
    from held
  )
  select id from claimed`;

/**
 * Writes the intent to send, before anything is sent: one statement for a whole chunk. Answers the
 * ids that this caller may send now, under `fence`; the others are held, cancelled, paused, settled
 * or somebody else's. Safe to repeat: what `fence` claimed already is answered again.
 *
 * Payees and accounts are judged once more here, so nobody is paid who was held, lost the
 * verification or changed the account after the batch was made, or after a person last looked at it,
 * whatever else the payment was held by meanwhile; nor to an account that was changed lately and that nobody else has verified since. What a risk rule
 * found and nobody let pass is held, and of a batch that was not judged nothing is claimed.
 * A payment that was changed since its request was written, as a share that another execution has
 * bound to another account, is not sent by that request; it stays due.
 */
export async function claimAttempts(
  db: Db,
  batchId: string,
  claims: readonly AttemptClaim[],
  fence: string,
): Promise<Set<string>> {
  if (claims.length === 0) return new Set();
  const rows = await db.run(z.object({ id: z.string() }), claimStatement, [
    batchId,
    claims.map(({ paymentId }) => paymentId),
    claims.map(({ generation }) => generation),
    claims.map(({ requestHash }) => requestHash),
    fence,
    claims.map(({ requestSealed }) => requestSealed),
    claims.map(({ seenAt }) => seenAt),
  ]);
  return new Set(rows.map(({ id }) => id));
}
