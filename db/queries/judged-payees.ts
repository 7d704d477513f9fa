import { strictest, type AmountLimits } from '../../domain/eligibility.ts';
import { PAYMENT_COMMISSIONS_MAX } from '../../domain/limits.ts';

/** Which payees a preview or a batch looks at. `from` and `to` bound when commissions were earned. */
export interface BatchRequest {
  affiliateIds?: readonly string[] | undefined;
  currency: string;
  provider: string;
  from?: Date | undefined;
  to?: Date | undefined;
  /** What the provider takes in one payment of this currency; null where it does not pay it. */
  limits: AmountLimits | null;
}

/** The values of `$1` to `$5`: what is looked at. */
export const requestValues = (request: BatchRequest): unknown[] => [
  request.currency,
  request.provider,
  request.affiliateIds ? [...request.affiliateIds] : null,
  request.from?.toISOString() ?? null,
  request.to?.toISOString() ?? null,
];

/** The values of `$1` to `$9` of every statement that starts with `judgedPayees`. */
export function judgedValues(request: BatchRequest): unknown[] {
  const { minimumMinor, maximumMinor, incrementMinor } = strictest(
    ...(request.limits ? [request.limits] : []),
  );
  return [
    ...requestValues(request),
    request.limits !== null,
    minimumMinor.toString(),
    maximumMinor.toString(),
    incrementMinor.toString(),
  ];
}

/**
 * Common table expressions that end in `judged`: each payee that could be paid, what would be paid,
 * and the code of the first reason against it (null: pay), with the payables behind it, oldest first,
 * as many as one payment may carry. The rules are those of `domain/eligibility.ts`. No two of these
 * expressions are joined with each other, and tables are read as a whole (`offset 0`) unless payees are
 * named: the planner knows no sizes here, and would probe tables 100,000 times over.
 *
 * With a window of time only commissions earned in it count; creating a batch first splits
 * payables at the window (`split-payables.ts`), so that each is wholly inside or outside.
 *
 * Amounts are held against the limits of the provider and, where the account names a channel that the
 * provider has listed, against that channel's too.
 */
export const judgedPayees = `
  sums as (
    select p.id, p.payee_id,
      case when $4::timestamptz is null and $5::timestamptz is null then p.amount_minor
        else coalesce(w.amount_minor, 0) end as amount_minor,
      case when $4::timestamptz is null and $5::timestamptz is null then p.commission_count
        else coalesce(w.commission_count, 0) end as commission_count
    from payables p
    left join lateral (
      select sum(c.amount_minor)::bigint as amount_minor, count(*)::int as commission_count
      from commissions c
      where c.payee_id = p.payee_id and c.payable_id = p.id
        and ($4::timestamptz is null or c.earned_at >= $4) and ($5::timestamptz is null or c.earned_at < $5)
    ) w on $4::timestamptz is not null or $5::timestamptz is not null
    where p.currency = $1 and p.payment_id is null and p.paid_at is null
      and ($3::text[] is null or p.payee_id = any($3))
  ),
  picked as materialized (
    select id, payee_id, amount_minor, commission_count from (
      select s.*, sum(commission_count) over (partition by payee_id order by id) as running
      from sums s where commission_count > 0
    ) numbered
    where running <= ${PAYMENT_COMMISSIONS_MAX}
  ),
  candidates as (
    select payee_id, sum(amount_minor) as amount_minor, sum(commission_count)::int as commission_count,
      array_agg(id) filter (where id is not null) as payable_ids,
      array_agg(amount_minor) filter (where id is not null) as amounts,
      array_agg(commission_count) filter (where id is not null) as counts
    from (
      select payee_id, id, amount_minor, commission_count from picked
      union all
      select payee_id, null, 0, 0 from payables
      where currency = $1 and payment_id is not null and paid_at is null and $3::text[] is null
      union all
      select payee_id, null, 0, 0 from commissions
      where status = 'PENDING' and available_at is not null and currency = $1 and $3::text[] is null
      union all
      select unnest($3::text[]), null, 0, 0
    ) each
    group by payee_id
  ),
  judged as materialized (
    select y.id as payee_id, a.id as account_id, a.account_ref,
      case when a.details_sealed is not null then a.destination_index end as destination,
      o.amount_minor, o.commission_count, o.payable_ids, o.amounts, o.counts,
      case
        when not $6::boolean then 'provider_unsupported'
        when y.hold_reason is not null or a.blocked_code is not null then 'payee_hold'
        when a.id is null then 'no_account'
        when a.kyc_status = 'REJECTED' then 'kyc_rejected'
        when a.kyc_status <> 'APPROVED' then 'kyc_pending'
        when o.commission_count = 0 then case
          when exists (select 1 from payables p where p.payee_id = y.id and p.currency = $1
            and p.payment_id is not null and p.paid_at is null) then 'in_flight'
          when exists (select 1 from commissions c where c.payee_id = y.id and c.currency = $1
            and c.status = 'PENDING' and c.available_at is not null) then 'not_matured'
          when exists (select 1 from payables p where p.payee_id = y.id and p.currency <> $1
            and p.payment_id is null and p.commission_count > 0) then 'currency_mismatch'
          else 'below_minimum' end
        when o.amount_minor <= 0 then 'negative_balance'
        when o.amount_minor < greatest(m.minimum_payout_minor, $7::bigint, l.minimum_minor) then 'below_minimum'
        when o.amount_minor > least($8::bigint, l.maximum_minor) then 'amount_out_of_range'
        when ($9::bigint > 1 and o.amount_minor % $9 <> 0)
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
  )`;

/**
 * A hash over who is paid what and where to; equal content gives an equal hash. Where the details name
 * the destination, their blind index stands for it: a masked reference alone could be another's.
 */
export const contentHashOf = (source: string): string => `
  (select encode(sha256(convert_to(coalesce(string_agg(
    payee_id || ' ' || account_ref || coalesce(' ' || destination, '') || ' ' || amount_minor, ',' order by payee_id), ''), 'UTF8')), 'hex')
   from ${source})`;
