import { RETRIES_EXHAUSTED } from '../../domain/payment.ts';
import { SENDS_PER_GENERATION_MAX } from '../../domain/limits.ts';

/** What each verdict makes of the state that its payment is in; looked up by key (`offset 0`). */
const JUDGED = `
  judged as materialized (
    select i.*, o.status as was, o.fence,
      case i.verdict
        when 'ACCEPTED' then 'PROCESSING'
        when 'SETTLED' then 'COMPLETED'
        when 'FAILED' then 'FAILED'
        when 'UNKNOWN' then 'UNKNOWN'
        when 'EXHAUSTED' then 'CANCELLED'
        when 'DEFERRED' then
          case when i.burns and o.failures + 1 >= ${SENDS_PER_GENERATION_MAX} then 'CANCELLED' else 'PROCESSING' end
        when 'RETURNED' then case o.status when 'COMPLETED' then 'RETURNED' else 'FAILED' end
      end as next,
      case when i.verdict = 'FAILED' and i.retries > o.later_retries then now() + i.delay_ms * interval '1 ms' end as retry_at
    from input i cross join lateral (
      select * from payments p where p.id = i.id and p.generation = i.generation offset 0) o
    where o.status in ('PROCESSING', 'UNKNOWN') or (o.status = 'COMPLETED' and i.verdict = 'RETURNED')
  ),`;

/** The attempt follows its payment. */
const TRIED = `
  tried as (
    update attempts t set
      status = case
        when c.now = 'COMPLETED' then 'SETTLED'
        when c.now in ('FAILED', 'CANCELLED') then 'FAILED'
        when c.now = 'UNKNOWN' then 'UNKNOWN'
        when c.verdict = 'ACCEPTED' then 'ACCEPTED'
        when c.verdict = 'DEFERRED' then 'DEFERRED'
        else t.status end,
      provider_payment_id = coalesce(c.provider_payment_id, t.provider_payment_id),
      provider_code = coalesce(c.provider_code, t.provider_code),
      answered_at = now(),
      closed_at = case when c.now in ('COMPLETED', 'FAILED', 'CANCELLED') then now() else t.closed_at end
    from changed c where t.payment_id = c.id and t.generation = c.generation
  ),`;

/** What a payment covered is paid, or free again. */
const COVERED = `
  ended as (select * from changed where was <> now and now in ('COMPLETED', 'CANCELLED', 'RETURNED')),
  covered as (
    select b.id, e.id as payment_id, e.now from payables b
    join ended e on e.payee_id = b.payee_id and e.id = b.payment_id
  ),
  settled as (
    update payables b set
      paid_at = case when k.now = 'COMPLETED' then now() end,
      payment_id = case when k.now = 'COMPLETED' then b.payment_id end
    from covered k where b.id = k.id
  ),
  released as (
    insert into released_payables (payment_id, payable_id)
    select payment_id, id from covered where now <> 'COMPLETED' on conflict do nothing
  ),`;

/**
 * The entry of a payment that was paid, or came back; of what came back in parts before, nothing counts
 * twice. All that comes back corrects the entry that paid.
 */
const BOOKS = `
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects)
    select e.id || case e.now when 'COMPLETED' then ':settled' else ':returned' end, l.line,
      case l.account when 'payable' then 'payee_payable' else 'provider_clearing/' || e.provider end,
      case when (l.account = 'payable') = (e.now = 'COMPLETED') then 'debit' else 'credit' end,
      e.amount_minor, e.currency, e.payee_id, e.id, e.batch_id,
      case e.now when 'RETURNED' then e.id || ':settled' end
    from ended e cross join (values (1, 'payable'), (2, 'provider')) as l (line, account)
    where e.now in ('COMPLETED', 'RETURNED')
  ),
  partly_before as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects)
    select e.id || ':returned:whole', l.line, l.account || '/' || e.provider, l.side, k.minor, e.currency,
      e.payee_id, e.id, e.batch_id, e.id || ':settled'
    from (select * from ended where now = 'RETURNED') e
    cross join lateral (
      select sum(p.amount_minor) as minor from ledger_entries p
      where p.payee_id = e.payee_id and p.currency = e.currency and p.payment_id = e.id
        and p.account = 'returned/' || e.provider and p.side = 'credit' offset 0) k
    cross join (values (1, 'returned', 'debit'), (2, 'provider_clearing', 'credit')) as l (line, account, side)
    where k.minor is not null
  ),`;

/** An account that money came back from is not paid again before somebody corrects it, where so told. */
const BLOCKED = `
  blocked as (
    update accounts a set blocked_code = c.failure_code, blocked_at = now()
    from changed c
    where c.now = 'RETURNED' and c.blocks and a.id = c.account_id and a.account_ref = c.account_ref
  ),`;

/** One row for each step; CANCELLED after a send passes FAILED. */
const trail = (actor: string): string => `
  steps as (
    select c.*, s.step,
      case when c.now = 'CANCELLED' and s.step = 2 then 'FAILED' else c.was end as from_state,
      case when c.now = 'CANCELLED' and s.step = 1 then 'FAILED' else c.now end as to_state
    from changed c cross join (values (1), (2)) as s (step)
    where c.was <> c.now and (s.step = 1 or c.now = 'CANCELLED')
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select case to_state when 'PROCESSING' then 'payment.found' else 'payment.' || lower(to_state) end,
      case to_state when 'COMPLETED' then 'SUCCESS' when 'FAILED' then 'FAILURE' when 'PROCESSING' then 'INFO'
        else 'WARNING' end,
      batch_id, id, from_state, to_state, ${actor},
      jsonb_strip_nulls(jsonb_build_object('reference', id || ':' || generation, 'code', failure_code,
        'providerCode', provider_code, 'providerPaymentId', provider_payment_id))
    from steps order by id, step
  )`;

/**
 * The statement in which a payment's state changes together with its attempt, its payables, the
 * ledger and the audit log. It follows a common table expression `input` with the columns
 * `id, generation, verdict, provider_payment_id, provider_code, failure_code, failure_reason, burns,
 * delay_ms, retries, blocks`; `guard` is a further condition on the payment row `p`, `actor` who the audit
 * log says it was. It ends in `changed`.
 *
 * Verdicts: ACCEPTED, SETTLED, FAILED, DEFERRED (surely not created, same key again), UNKNOWN,
 * EXHAUSTED (surely not created and no sends left), RETURNED. Each applies only to the states it may
 * leave, so a late, repeated or reordered one changes nothing.
 */
export const recordStatement = (guard: string, actor = "'system'"): string => `${JUDGED}
  changed as (
    update payments p set
      status = j.next,
      failures = least(${SENDS_PER_GENERATION_MAX}, p.failures + j.burns::int),
      due_at = case when j.verdict in ('DEFERRED', 'UNKNOWN') then now() + j.delay_ms * interval '1 ms' end,
      retry_at = j.retry_at,
      provider_payment_id = coalesce(j.provider_payment_id, p.provider_payment_id),
      failure_code = case
        when j.next = 'CANCELLED' then '${RETRIES_EXHAUSTED}'
        when j.next in ('FAILED', 'UNKNOWN', 'RETURNED') then j.failure_code end,
      failure_reason = case
        when j.next in ('CANCELLED', 'FAILED', 'UNKNOWN', 'RETURNED') then j.failure_reason end,
      completed_at = case when j.next = 'COMPLETED' then now() else p.completed_at end,
      updated_at = now()
    from judged j
    where p.id = j.id and p.generation = j.generation and p.status = j.was and (${guard})
    returning p.id, p.batch_id, p.payee_id, p.account_id, p.account_ref, j.blocks, p.provider, p.currency, p.amount_minor, p.generation,
      j.was, p.status as now, j.verdict, j.provider_code, p.failure_code, p.failure_reason, p.provider_payment_id
  ),${TRIED}${COVERED}${BOOKS}${BLOCKED}${trail(actor)}`;
