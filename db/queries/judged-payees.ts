import { strictest, type AmountLimits } from '../../domain/eligibility.ts';
import { PAYMENT_COMMISSIONS_MAX } from '../../domain/limits.ts';
import { PARTS_MAX } from '../../domain/payout-limits.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Frequency } from '../../domain/rules/terms.ts';
import { coolingDown } from './account-cooldown.ts';
import { joinTerms, type Bind, type PayoutTable } from './payout-table.ts';
import { partOf } from './words.ts';

/** Which payees a preview or a batch looks at, and which of their commissions. */
export interface BatchRequest {
  affiliateIds?: readonly string[] | undefined;
  /** Only payees with these words in their name, email address or external id. */
  q?: string | undefined;
  /** Only payees of whom at least so much is asked for. */
  minMinor?: bigint | undefined;
  currency: string;
  provider: string;
  /** Only commissions earned from then on. */
  from?: Date | undefined;
  /** Only commissions earned before then. */
  to?: Date | undefined;
  /** Only commissions that had matured before then; also the instant whose payout rules hold. */
  maturedBy?: Date | undefined;
  /** Only what was earned in this programme; its payout rules hold instead of the first one's. */
  programmeId?: string | undefined;
  /** Only the commissions of this quick payment list. */
  listId?: string | undefined;
  /** Pay also what is below our minimum; the provider's own always holds. */
  ignoreMinimum?: boolean | undefined;
  /** Payees whose frequency is not due are not looked at. */
  isDue?: ((frequency: Frequency | null) => boolean) | undefined;
  /** What the provider takes in one payment of this currency; null where it does not pay it. */
  limits: AmountLimits | null;
}

/** The beginning of a statement and its values; `bind` adds further ones. */
export interface Statement {
  text: string;
  values: unknown[];
  bind: Bind;
}

/** Values are numbered as they come. */
export function startStatement(...values: unknown[]): Statement {
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  return { text: '', values, bind };
}

/** What a request asks of a commission `c`: that it is mature by then, and all the rest. */
interface Filter {
  mature: string;
  fits: string;
}

/** Null where all commissions are asked for. Judging and splitting go by the same condition. */
export function filterOf(request: BatchRequest, bind: Bind): Filter | null {
  const { from, to, maturedBy, programmeId, listId } = request;
  const at = (instant: Date) => bind(instant.toISOString(), 'timestamptz');
  const fits = [
    ...(from ? [`c.earned_at >= ${at(from)}`] : []),
    ...(to ? [`c.earned_at < ${at(to)}`] : []),
    ...(programmeId
      ? [`coalesce(c.programme_id, '${DEFAULT_PROGRAMME_ID}') = ${bind(programmeId, 'text')}`]
      : []),
    ...(listId ? [`c.list_id = ${bind(listId, 'text')}`] : []),
  ];
  if (fits.length === 0 && !maturedBy) return null;
  return {
    mature: maturedBy ? `coalesce(c.available_at, c.earned_at) < ${at(maturedBy)}` : 'true',
    fits: fits.length === 0 ? 'true' : fits.join(' and '),
  };
}

/** Free payables as they are: `owed_minor` and `late_count` have a meaning only with a filter. */
const ALL_SUMS = `
  select p.id, p.payee_id, p.amount_minor, p.commission_count, null::bigint as owed_minor, 0 as late_count
  from payables p
  where p.currency = $1 and p.payment_id is null and p.paid_at is null and not p.held
    and ($3::text[] is null or p.payee_id = any($3))`;

/** What of each free payable is asked for; all that is mature; and how much would be asked for later. */
const filteredSums = ({ mature, fits }: Filter, named: boolean): string => `
  select p.id, p.payee_id,
    coalesce(sum(c.amount_minor) filter (where ${mature} and ${fits}), 0)::bigint as amount_minor,
    count(*) filter (where ${mature} and ${fits})::int as commission_count,
    coalesce(sum(c.amount_minor) filter (where ${mature}), 0)::bigint as owed_minor,
    count(*) filter (where ${fits} and not ${mature})::int as late_count
  from payables p join commissions c on c.payee_id = p.payee_id and c.payable_id = p.id
  where p.currency = $1 and p.payment_id is null and p.paid_at is null and not p.held
    ${named ? 'and p.payee_id = any($3)' : ''}
  group by p.id`;

/** Payees of whom nothing is asked for now, but who are told why: `p.payee_id`, or `c.payee_id`. */
function others(request: BatchRequest, filter: Filter | null, bind: Bind): string {
  const none = '0, 0, null, 0';
  const named = `select unnest($3::text[]), null, ${none}, true`;
  if (request.listId) return named;
  const inFlight = request.programmeId
    ? `and (p.held or exists (select 1 from payments m join batches b on b.id = m.batch_id
         where m.id = p.payment_id and coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}') = ${bind(request.programmeId, 'text')}))`
    : '';
  return `
      select p.payee_id, null, ${none}, true from payables p
      where currency = $1 and (payment_id is not null or held) and paid_at is null and $3::text[] is null ${inFlight}
      union all
      select c.payee_id, null, ${none}, true from commissions c
      where status = 'PENDING' and available_at is not null and currency = $1 and $3::text[] is null
        ${filter ? `and ${filter.fits}` : ''}
      union all
      ${named}`;
}

/**
 * Begins a statement with common table expressions that end in `judged`: each payee that could be paid,
 * what would be paid, and the code of the first reason against it (null: pay), with the payables behind
 * it, debts first and then oldest first, as many as one payment may carry. `parts` is how many payments
 * it takes, `step` what their amounts are multiples of. `$1` is the currency, `$2` the provider.
 *
 * The rules are those of `domain/eligibility.ts`. No two of these expressions are joined with each other,
 * and tables are read as a whole (`offset 0`) unless payees are named: the planner knows no sizes here,
 * and would probe tables 100,000 times over.
 *
 * With a filter only commissions that fit it count; creating a batch first splits payables by the same
 * filter (`split-payables.ts`), so that each is wholly inside or outside. Nobody is paid more than what
 * is owed in all, also outside of the filter. Amounts are held against the limits of the provider and,
 * where the account names a channel that the provider has listed, against that channel's too.
 */
export function judgedPayees(request: BatchRequest, table: PayoutTable | null): Statement {
  const statement = startStatement(
    request.currency,
    request.provider,
    request.affiliateIds ? [...request.affiliateIds] : null,
  );
  const { bind } = statement;
  const filter = filterOf(request, bind);
  const sums = filter ? filteredSums(filter, request.affiliateIds !== undefined) : ALL_SUMS;
  const splits = table?.splits === true;
  // The part that is taken away again for the other payments needs a place, too.
  const most = PAYMENT_COMMISSIONS_MAX - (splits ? 1 : 0);
  const text = `
  sums as (${sums}
  ),
  picked as materialized (
    select id, payee_id, amount_minor, commission_count from (
      select s.*, sum(commission_count) over (partition by payee_id order by amount_minor >= 0, id) as running
      from sums s where commission_count > 0
    ) numbered
    where running <= ${most}
  ),
  candidates as (
    select payee_id, sum(amount_minor) as amount_minor, sum(commission_count)::int as commission_count,
      sum(owed_minor) as owed_minor, sum(late_count) as late_count,
      array_agg(id) filter (where id is not null) as payable_ids,
      array_agg(amount_minor) filter (where id is not null) as amounts,
      array_agg(commission_count) filter (where id is not null) as counts
    from (
      select payee_id, id, amount_minor, commission_count, null::bigint as owed_minor, 0 as late_count, true as wanted from picked
      union all
      ${filter ? 'select payee_id, null, 0, 0, owed_minor, late_count, late_count > 0 from sums union all' : ''}
      ${others(request, filter, bind)}
    ) each
    group by payee_id ${filter ? 'having bool_or(wanted)' : ''}
  ),
  judged as materialized (${judgedText(request, table, bind)}
  )`;
  return { ...statement, text };
}

function judgedText(request: BatchRequest, table: PayoutTable | null, bind: Bind): string {
  const { minimumMinor, maximumMinor, incrementMinor } = strictest(
    ...(request.limits ? [request.limits] : []),
  );
  const supported = bind(request.limits !== null, 'boolean');
  const least = `greatest(${bind(minimumMinor, 'bigint')}, l.minimum_minor)`;
  const most = `least(${bind(maximumMinor, 'bigint')}, l.maximum_minor)`;
  const step = bind(incrementMinor, 'bigint');
  const minimum = table
    ? 'coalesce(t.minimum_minor, m.minimum_payout_minor)'
    : 'm.minimum_payout_minor';
  const ours = request.ignoreMinimum ? '0' : minimum;
  const parts = table?.splits ? partsText(most, step) : null;
  const fits = fitsOf(request, table, bind);
  return `
    select y.id as payee_id, a.id as account_id, a.account_ref,
      case when a.details_sealed is not null then a.destination_index end as destination,
      o.amount_minor, o.commission_count, o.payable_ids, o.amounts, o.counts,
      ${parts ? 'coalesce(n.parts, 1)' : '1'} as parts, ${parts ? 'n.step' : '1::bigint'} as step,
      case
        when not ${supported} then 'provider_unsupported'
        when y.hold_reason is not null and y.hold_kind = 'risk' then 'risk_hold'
        when y.hold_reason is not null or a.blocked_code is not null or a.failed_hold then 'payee_hold'
        when a.id is null then 'no_account'
        when a.kyc_status = 'REJECTED' then 'kyc_rejected'
        when a.kyc_status <> 'APPROVED' then 'kyc_pending'
        when ${coolingDown('a')} then 'account_changed'
        when o.commission_count = 0 then ${NOTHING_CODE}
        when o.amount_minor <= 0 or o.owed_minor < o.amount_minor then 'negative_balance'
        when o.amount_minor < greatest(${ours}, ${least}) then 'below_minimum'
        when o.amount_minor > ${most}${parts ? ' and t.maximum_minor is null' : ''} then 'amount_out_of_range'
        ${
          parts
            ? `when n.parts is null or n.parts > ${PARTS_MAX}
          or (n.parts > 1 and div(div(o.amount_minor, n.step), n.parts) * n.step < ${least}) then 'amount_out_of_range'`
            : ''
        }
        when (${step} > 1 and o.amount_minor % ${step} <> 0)
          or (l.increment_minor > 1 and o.amount_minor % l.increment_minor <> 0) then 'amount_increment'
      end as code
    from candidates o
    join (select * from payees where $3::text[] is null or id = any($3) offset 0) y on y.id = o.payee_id
    join currencies m on m.code = $1
    left join (
      select * from accounts where provider = $2 and ($3::text[] is null or payee_id = any($3)) offset 0
    ) a on a.payee_id = y.id
    left join (
      select * from provider_channels where provider = $2 and currency = $1 offset 0
    ) l on l.channel_code = a.channel_code
    ${table ? joinTerms(table, bind, { payee: 'y', account: 'a', currency: '$1' }) : ''}
    ${parts ?? ''}
    ${fits.length > 0 ? `where ${fits.join(' and ')}` : ''}`;
}

/** What else a payee `y` with candidate `o` must meet to be looked at. */
function fitsOf({ q, minMinor }: BatchRequest, table: PayoutTable | null, bind: Bind): string[] {
  const words = q === undefined ? null : bind(partOf(q), 'text');
  return [
    ...(table && table.notDue.length > 0
      ? [`s.number <> all(${bind(table.notDue, 'int[]')})`]
      : []),
    ...(words
      ? [`(y.full_name ilike ${words} or y.email ilike ${words} or y.external_id ilike ${words})`]
      : []),
    ...(minMinor === undefined
      ? []
      : [`o.commission_count > 0 and o.amount_minor >= ${bind(minMinor, 'bigint')}`]),
  ];
}

/** Why nothing is asked for of a payee. */
const NOTHING_CODE = `case
          when exists (select 1 from payables p where p.payee_id = y.id and p.currency = $1
            and p.payment_id is not null and p.paid_at is null) then 'in_flight'
          when exists (select 1 from payables p where p.payee_id = y.id and p.currency = $1 and p.held)
            or exists (select 1 from commissions c where c.payee_id = y.id and c.currency = $1
              and c.status = 'PENDING' and c.available_at is not null and c.held) then 'payee_hold'
          when o.late_count > 0 or exists (select 1 from commissions c where c.payee_id = y.id and c.currency = $1
            and c.status = 'PENDING' and c.available_at is not null) then 'not_matured'
          when exists (select 1 from payables p where p.payee_id = y.id and p.currency <> $1
            and p.payment_id is null and not p.held and p.commission_count > 0) then 'currency_mismatch'
          else 'below_minimum' end`;

/** How many payments an amount above the maximum takes; null where the maximum is below one step. */
const partsText = (most: string, step: string): string => `
    cross join lateral (
      select lcm(${step}, coalesce(l.increment_minor, 1)) as step, least(t.maximum_minor, ${most}) as most
    ) e
    cross join lateral (
      select e.step, case
        when t.maximum_minor is null or o.amount_minor <= e.most then 1
        when e.most >= e.step
          then least(div(o.amount_minor + e.most / e.step * e.step - 1, e.most / e.step * e.step), ${PARTS_MAX + 1})::int
      end as parts
    ) n`;

/**
 * A hash over who is paid what and where to; equal content gives an equal hash. Where the details name
 * the destination, their blind index stands for it: a masked reference alone could be another's.
 * `inParts`: the source says by `parts` and `step` in which payments.
 */
export const contentHashOf = (source: string, inParts = false): string => `
  (select encode(sha256(convert_to(coalesce(string_agg(
    payee_id || ' ' || account_ref || coalesce(' ' || destination, '') || ' ' || amount_minor${
      inParts ? " || case when parts > 1 then ' in ' || parts || ' of ' || step else '' end" : ''
    }, ',' order by payee_id), ''), 'UTF8')), 'hex')
   from ${source})`;
