import type { HOLD_SUBJECTS } from '../schema/holds.ts';
import { requeued, requeuedTrail } from './requeue-batch.ts';

/** The hold `$2` is released, by whom and why; `given` is what else must have succeeded. */
const released = (given: string): string => `
  released as (
    update holds h set released_at = now(), released_by = $3, release_reason = $6
    where h.id = $2 and h.released_at is null and ${given}
    returning h.id, h.subject_kind, h.subject_id, h.kind, h.reason
  ),
  trail_of_hold as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
    select 'hold.released', 'INFO', $1, case subject_kind when 'payment' then subject_id end, $3, $4::text, $5::text,
      jsonb_build_object('holdId', id, 'subject', subject_kind, 'subjectId', subject_id, 'kind', kind, 'reason', $6::text,
        'before', jsonb_build_object('held', true, 'heldFor', reason), 'after', jsonb_build_object('held', false))
    from released
  )`;

/** Accounts are locked before their holds, as by whatever else ends such a hold. */
const PAYEE = `
  with account as materialized (
    select a.id from holds h join accounts a on a.id = h.account_id where h.id = $2 for update of a
  ),
  ${released('(h.account_id is null or exists (select 1 from account))')}
  select id from released`;

/** The earning may mature again, or stands in a payable that may be claimed. */
const COMMISSION = `
  with ${released('true')},
  freed as (
    update commissions c set held = false from released r where c.id = r.subject_id and c.held
    returning c.payable_id
  ),
  opened as (
    update payables p set held = false from freed f where p.id = f.payable_id and p.held
  )
  select id from released`;

/**
 * The payment goes on as one whose reason has passed; before the batch begins, it waits for that with the
 * others. When it was last changed is left as it is: an account that was changed since stops it still.
 */
const PAYMENT = `
  with able as (
    select p.id from holds h join payments p on p.id = h.subject_id
    where h.id = $2 and h.released_at is null and p.batch_id = $1 and p.status = 'ON_HOLD' and p.hold_reason = 'manual_hold'
  ),
  ${requeued('able', true)},
  waiting as materialized (
    select id from batches where id = $1 and status = 'PENDING' and exists (select 1 from able) for share
  ),
  again as (
    update payments p set status = 'PENDING', hold_reason = null, failures = 0, due_at = null, fence = null
    from able where p.id = able.id and p.status = 'ON_HOLD' and p.hold_reason = 'manual_hold'
      and (exists (select 1 from batch) or exists (select 1 from waiting))
    returning p.id, p.batch_id, 'ON_HOLD' as was
  ),
  ${released('exists (select 1 from again)')},
  ${requeuedTrail('again', 'payment.continued', '$3')}
  select id from released`;

const STATEMENTS: Record<(typeof HOLD_SUBJECTS)[number], string> = {
  payee: PAYEE,
  commission: COMMISSION,
  payment: PAYMENT,
};

/**
 * The statement that releases hold `$2` of such a subject, by `$3` from `$4` and `$5`, because of `$6`;
 * `$1` is the batch of a payment. Answers a row where it did.
 */
export const releaseStatement = (subject: (typeof HOLD_SUBJECTS)[number]): string =>
  STATEMENTS[subject];
