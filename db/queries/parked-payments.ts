import { z } from 'zod';
import { PARKED_TOO_LONG } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { accountSeenAt, coolingDown } from './account-cooldown.ts';
import { cancelStatement } from './cancel-statement.ts';
import { openedTrail, RANKED_CASE_ID } from './cases.ts';
import { requeued, requeuedTrail } from './requeue-batch.ts';
import { heldByRisk } from './risk-held.ts';

/** Waits for an account that can be paid, and is given up when that takes too long. */
export const AWAITS_ACCOUNT = "p.status = 'ON_HOLD' and p.hold_reason in ('kyc', 'no_account')";

/**
 * Held payments `p` of batches `b` whose reason has passed. A share of an escrow release goes to the
 * account of the moment; any other payment only to the one that it was made for, unchanged since,
 * because that is what people have approved. What an account lacked is looked at again once it changed.
 * One that was changed before the payment was made goes on when its cool-down is over; one that was
 * changed after it waits for a person's retry as well.
 */
export const MAY_CONTINUE = `
  p.status = 'ON_HOLD' and b.cancel_requested_at is null
  and b.status in ('QUEUED', 'PROCESSING', 'SETTLING', 'COMPLETED', 'FAILED') and exists (
    select 1 from accounts a join payees y on y.id = a.payee_id
    where a.payee_id = p.payee_id and a.provider = p.provider and a.kyc_status = 'APPROVED'
      and a.blocked_code is null and y.hold_reason is null
      and case p.hold_reason
        when 'kyc' then true
        when 'payee_hold' then true
        when 'no_account' then p.account_id is null or a.changed_at > p.held_at
        when 'account_changed' then true
        else false end
      and not ${coolingDown('a')} and not ${heldByRisk('p.id')}
      and (b.release_id is not null or (a.id = p.account_id and a.account_ref = p.account_ref and a.changed_at <= ${accountSeenAt('p')})))`;

/** The batches with held payments, of these payees or of anybody, that are held by nothing any more. */
export async function batchesParkedFor(
  db: Db,
  payeeIds: readonly string[] | null,
): Promise<string[]> {
  if (payeeIds?.length === 0) return [];
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select distinct p.batch_id as id from payments p join batches b on b.id = p.batch_id
     where ($1::text[] is null or p.payee_id = any($1)) and ${MAY_CONTINUE} limit 10000`,
    [payeeIds && [...payeeIds]],
  );
  return rows.map(({ id }) => id);
}

/** The batches with payments that have waited for an account for longer than `parkedMaxMs`. */
export async function batchesParkedTooLong(db: Db, parkedMaxMs: number): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select distinct p.batch_id as id from payments p
     where ${AWAITS_ACCOUNT} and p.held_at <= now() - $1::float8 * interval '1 ms' limit 10000`,
    [parkedMaxMs],
  );
  return rows.map(({ id }) => id);
}

/**
 * Makes held payments of a batch PENDING again whose reason has passed, and queues the batch if it
 * has left the slot, ended ones too; answers how many. Safe to repeat.
 */
export async function continueParked(db: Db, batchId: string): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `with able as (
       select p.id from payments p join batches b on b.id = p.batch_id where p.batch_id = $1 and ${MAY_CONTINUE}
     ),
     ${requeued('able', true)},
     again as (
       update payments p set status = 'PENDING', hold_reason = null, failures = 0, due_at = null, fence = null, updated_at = now()
       from able, batch where p.id = able.id and p.status = 'ON_HOLD'
       returning p.id, p.batch_id, 'ON_HOLD' as was
     ),
     ${requeuedTrail('again', 'payment.continued', "'system'")}
     select count(*) as count from again`,
    [batchId],
    { deadlineMs: 60_000 },
  );
  return onlyRow(rows).count;
}

const WAITED_IN_VAIN =
  'The payee had no verified account for too long; what it covered is payable again.';

/**
 * Cancels payments of a batch that have waited for an account for longer than `parkedMaxMs`; what
 * they covered is payable again, and a case tells people. Answers how many. Safe to repeat.
 */
export async function endParked(db: Db, batchId: string, parkedMaxMs: number): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `with chosen as (
       select p.id from payments p
       where p.batch_id = $1 and ${AWAITS_ACCOUNT} and p.held_at <= now() - $4::float8 * interval '1 ms'
     ),${cancelStatement({ failedToo: false, code: PARKED_TOO_LONG })},
     opened as (
       insert into cases (id, kind, severity, subject, summary, provider, batch_id, payment_id, details)
       select ${RANKED_CASE_ID}, 'parked_too_long', 'medium', s.id, $3, p.provider, s.batch_id, s.id,
         jsonb_build_object('affiliateId', p.payee_id, 'amount', p.amount_minor::text, 'currency', p.currency)
       from stopped s join payments p on p.id = s.id
       on conflict do nothing
       returning *
     ),
     ${openedTrail('opened')}
     select count(*) as count from stopped`,
    [batchId, 'system', WAITED_IN_VAIN, parkedMaxMs],
    { deadlineMs: 60_000 },
  );
  return onlyRow(rows).count;
}
