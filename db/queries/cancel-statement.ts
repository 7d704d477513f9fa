import type { CANCELLED_UNSENT } from '../../domain/payment.ts';

interface Cancelling {
  /** Whether payments that failed for good are cancelled too. */
  failedToo: boolean;
  code: (typeof CANCELLED_UNSENT)[number];
}

/**
 * Cancels unsent payments and frees what they claimed, with the audit rows of each step. Follows an
 * expression `chosen` with the ids in question; `$2` is the actor, `$3` the reason. Only payments
 * that surely are not at the provider change: never sent, held, or deferred; with `failedToo` also
 * those that failed for good, which keep the code of their failure; the others get `code`.
 */
export const cancelStatement = ({ failedToo, code }: Cancelling): string => `
  stoppable as (
    select p.id, p.status as was from payments p join chosen on chosen.id = p.id
    left join attempts a on a.payment_id = p.id and a.generation = p.generation
    where p.status in ('PENDING', 'ON_HOLD'${failedToo ? ", 'FAILED'" : ''})
      or (p.status = 'PROCESSING' and a.status = 'DEFERRED')
  ),
  deferred as (
    update attempts a set status = 'FAILED', closed_at = now()
    from stoppable s where s.was = 'PROCESSING' and a.payment_id = s.id and a.status = 'DEFERRED'
    returning a.payment_id as id
  ),
  stopped as (
    update payments p set status = 'CANCELLED', hold_reason = null,
      failure_code = case s.was when 'FAILED' then p.failure_code else '${code}' end,
      failure_reason = $3, due_at = null, retry_at = null, updated_at = now()
    from stoppable s
    where p.id = s.id and p.status = s.was
      and (s.was <> 'PROCESSING' or p.id in (select id from deferred))
    returning p.id, p.batch_id, p.payee_id, s.was
  ),
  freed as (
    update payables b set payment_id = null from stopped s
    where b.payee_id = s.payee_id and b.payment_id = s.id
    returning b.id as payable_id, s.id as payment_id
  ),
  released as (
    insert into released_payables (payment_id, payable_id)
    select payment_id, payable_id from freed on conflict do nothing
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select case v.step when 1 then 'payment.failed' else 'payment.cancelled' end, 'WARNING', batch_id, id,
      case when v.step = 2 and was = 'PROCESSING' then 'FAILED' else was end,
      case v.step when 1 then 'FAILED' else 'CANCELLED' end, $2, jsonb_build_object('reason', $3::text)
    from stopped cross join (values (1), (2)) as v (step)
    where v.step = 2 or was = 'PROCESSING' order by id, v.step
  )`;
