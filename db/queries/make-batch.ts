import type { BatchSource } from '../../domain/batch.ts';
import { CHUNK_PAYMENTS_MAX } from '../../domain/limits.ts';
import type { NewBatch } from './create-batch.ts';
import { contentHashOf, type Statement } from './judged-payees.ts';
import type { Bind, PayoutTable } from './payout-table.ts';

/** What is paid in one piece: a payment for each payee. */
const WHOLE = `
  select e.*, 0 as part, (row_number() over (order by payee_id) - 1)::int as ordinal, e.amount_minor as part_minor
  from eligible e`;

/** The first parts are those with one step more, so that sizes differ by at most one. */
const IN_PARTS = `
  select e.*, k.part, (row_number() over (order by e.payee_id, k.part) - 1)::int as ordinal,
    case when e.parts = 1 then e.amount_minor
      else (div(div(e.amount_minor, e.step), e.parts) + (k.part < div(e.amount_minor, e.step) % e.parts)::int) * e.step
    end as part_minor
  from eligible e cross join lateral generate_series(0, e.parts - 1) as k (part)`;

/**
 * The first payment holds all that is owed and takes away again what the others pay; each of those
 * holds its own part. Together they sum to zero, so that the books stay as they are. Their external ids
 * are drawn, since nobody who could guess one must be able to take it first.
 */
const partsText = (programmeId: string, listId: string): string => `
  portions as materialized (
    select substr(g.payment_id, 5) as tail, g.payment_id, g.payee_id,
      (case g.part when 0 then g.part_minor - g.amount_minor else g.part_minor end)::bigint as amount_minor,
      (select min(c.earned_at) from commissions c where c.payee_id = g.payee_id and c.payable_id = any(g.payable_ids)) as earned_at
    from paying g where g.parts > 1
  ),
  part_payables as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, payment_id)
    select 'pbl_' || tail, payee_id, $1, amount_minor, 1, earned_at, false, payment_id from portions
  ),
  part_commissions as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, kind,
      programme_id, list_id)
    select 'com_' || tail, payment_id || '/part/' || gen_random_uuid(), payee_id, amount_minor, $1, 'APPROVED', 'pbl_' || tail, earned_at, 'part',
      ${programmeId}, ${listId}
    from portions
  ),
  part_books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
    select 'com_' || tail || ':earned', line, account,
      case when (line = 1) = (amount_minor > 0) then 'debit' else 'credit' end,
      abs(amount_minor), $1, payee_id
    from portions cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as lines (line, account)
  ),`;

/** That it was made, and where somebody set our minimum aside, why. */
function trailText(input: NewBatch, bind: Bind, batchId: string, actor: string): string {
  const overridden =
    input.overrideReason === undefined
      ? ''
      : `union all
      select 'minimum.overridden', 'WARNING', null, jsonb_build_object('reason', ${bind(input.overrideReason, 'text')})`;
  return `trail as (
    insert into audit_logs (action, status, batch_id, to_state, actor, ip_address, user_agent, details)
    select e.action, e.status, ${batchId}, e.to_state, ${actor}, ${bind(input.actor.ipAddress, 'text')},
      ${bind(input.actor.userAgent, 'text')}, e.details
    from totals t cross join lateral (
      select 'batch.created' as action, 'SUCCESS' as status, 'PENDING' as to_state,
        jsonb_build_object('payments', t.payments, 'amount', t.amount_minor, 'currency', $1::text) as details
      ${overridden}
    ) e
    where t.payments > 0
  )`;
}

function sourceOf({ source, listId, scheduleId }: NewBatch): BatchSource {
  if (listId !== undefined) return 'list';
  return scheduleId === undefined ? (source ?? 'manual') : 'schedule';
}

/** Values of the columns from `required_approvals` on. */
const batchValues = (input: NewBatch, bind: Bind, actor: string, programmeId: string): string =>
  [
    bind(input.requiredApprovals, 'int'),
    bind(input.note ?? null, 'text'),
    actor,
    bind(input.scheduledFor?.toISOString() ?? null, 'timestamptz'),
    programmeId,
    bind(input.scheduleId ?? null, 'text'),
    bind(input.period ?? null, 'text'),
    bind(input.maturedBy?.toISOString() ?? null, 'timestamptz'),
    bind(sourceOf(input), 'text'),
  ].join(', ');

/**
 * Makes the batch of those that `judged` finds payable: with its payments, the claims of what they
 * pay, the parts of what is paid in several payments, who was left out, and its audit row. Payment ids
 * continue the batch's own, so they sort by batch and place and need no drawing.
 */
export function makeBatchStatement(
  input: NewBatch,
  judged: Statement,
  table: PayoutTable | null,
): Pick<Statement, 'text' | 'values'> {
  const { bind } = judged;
  const splits = table?.splits === true;
  const batchId = bind(input.batchId, 'text');
  const actor = bind(input.actor.id, 'text');
  const programmeId = bind(input.programmeId ?? null, 'text');
  const parts = splits ? partsText(programmeId, bind(input.listId ?? null, 'text')) : '';
  const optional = batchValues(input, bind, actor, programmeId);
  const text = `
  with ${judged.text},
  eligible as materialized (select * from judged where code is null),
  paying as materialized (
    select p.*, 'pay_' || substr(${batchId}, 5, 24) || lpad(to_hex(ordinal), 8, '0') as payment_id
    from (${splits ? IN_PARTS : WHOLE}) p
  ),
  left_out as materialized (select payee_id, code from judged where code is not null),
  wanted as (
    select k.id, g.payment_id, k.amount_minor, k.commission_count
    from paying g cross join unnest(g.payable_ids, g.amounts, g.counts) as k (id, amount_minor, commission_count)
    where g.part = 0
  ),
  totals as (
    select (select count(*)::int from paying) as payments, sum(amount_minor) as amount_minor,
      ${contentHashOf('eligible', splits)} as hash
    from eligible
  ),
  batch as (
    insert into batches (id, provider, currency, total_minor, payment_count, chunk_count, content_hash, skipped,
      required_approvals, note, created_by, scheduled_for, programme_id, schedule_id, period, matured_by,
      source)
    select ${batchId}, $2, $1, amount_minor, payments, (payments + ${CHUNK_PAYMENTS_MAX - 1}) / ${CHUNK_PAYMENTS_MAX}, hash,
      (select coalesce(jsonb_object_agg(code, n), '{}') from (select code, count(*) as n from left_out group by code) by_code),
      ${optional}
    from totals where payments > 0
  ),
  excluded as (
    insert into batch_exclusions (batch_id, payee_id, code)
    select ${batchId}, payee_id, code from left_out where exists (select 1 from eligible)
  ),
  claimed as (
    update payables p set payment_id = w.payment_id, open = false
    from wanted w
    where p.id = w.id and p.payment_id is null and not p.held and p.amount_minor = w.amount_minor
      and p.commission_count = w.commission_count
    returning p.id
  ),${parts}
  made as (
    insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
      commission_count, chunk, ordinal)
    select payment_id, ${batchId}, payee_id, account_id, account_ref, $2, $1, part_minor,
      case part when 0 then commission_count + (parts > 1)::int else 1 end, ordinal / ${CHUNK_PAYMENTS_MAX}, ordinal
    from paying
  ),
  ${trailText(input, bind, batchId, actor)}
  select payments, hash, (select count(*) from wanted) as picked, (select count(*) from claimed) as claimed,
    (select coalesce(json_agg(json_build_object('id', payee_id, 'code', code)), '[]') from left_out) as excluded
  from totals`;
  return { text, values: judged.values };
}
