import { z } from 'zod';
import { COMPARISONS, DIFFERENCES, LIST_MARGIN_MS } from '../../domain/reconciliation.ts';
import type { Db } from '../client.ts';
import { countColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

/** What is compared: the attempts and the listed transfers of one provider between two instants. */
export interface CompareRequest {
  reconciliationId: string;
  provider: string;
  from: Date;
  to: Date;
  /** So long after the last send "absent" may still turn into "present". */
  quietTimeMs: number;
  /** Whether all transfers of the provider were listed, so that one that is not ours shows. */
  listed: boolean;
  /** So many differences of each kind are told one by one. */
  differencesMax: number;
}

const differenceRow = z.object({
  reference: z.string(),
  paymentId: z.string().nullable(),
  batchId: z.string().nullable(),
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
  ourAmount: z.string().nullable(),
  theirAmount: z.string().nullable(),
  ourCurrency: z.string().nullable(),
  theirCurrency: z.string().nullable(),
  providerPaymentId: z.string().nullable(),
});
/** One difference. Amounts are minor units in decimal text. */
export type DifferenceRow = z.infer<typeof differenceRow>;

const comparedRow = z.object({
  comparison: z.enum(COMPARISONS),
  currency: z.string(),
  count: countColumn,
  ours_minor: sumColumn,
  theirs_minor: sumColumn,
  differences: z.array(differenceRow).nullable(),
});
/** How many compare this way in one currency, their sums on each side, and the first differences of the kind. */
export type ComparedRow = z.infer<typeof comparedRow>;

/**
 * Our side reaches a margin beyond the day, so that a transfer listed just after midnight finds its
 * attempt of just before; only attempts within the day are judged. Copies of one listed transfer
 * count once; a second transfer under the same reference is one that is not ours. Sides are joined by
 * hashes and single attempts looked up by key (`offset 0`): both are a million rows on a large day.
 */
const SIDES = `
  ours as (
    select a.idempotency_key as reference, p.id as payment_id, p.batch_id, p.amount_minor, p.currency,
      case a.status when 'SETTLED' then p.status when 'FAILED' then 'FAILED' when 'UNKNOWN' then 'UNKNOWN'
        else 'PROCESSING' end as status,
      a.status in ('ACCEPTED', 'SETTLED') and a.last_sent_at < now() - $5::float8 * interval '1 ms' as surely_sent,
      a.created_at >= $3::timestamptz and a.created_at < $4::timestamptz as in_day
    from attempts a join payments p on p.id = a.payment_id
    where p.provider = $2
      and a.created_at >= $3::timestamptz - interval '${LIST_MARGIN_MS} ms'
      and a.created_at < $4::timestamptz + interval '${LIST_MARGIN_MS} ms'
  ),
  theirs as (
    select reference, provider_payment_id, amount_minor, currency, status,
      created_at >= $3::timestamptz and created_at < $4::timestamptz as in_day,
      dense_rank() over (partition by reference collate "C" order by provider_payment_id collate "C") as nth,
      row_number() over (partition by reference collate "C", provider_payment_id collate "C") as copy
    from reconciliation_items where reconciliation_id = $1
  ),
  unknown_here as (
    select t.* from (select * from theirs where copy = 1 and in_day) t
    left join ours o on o.reference = t.reference
    where t.nth > 1 or o.reference is null
  )`;

const COMPARED = `
  compared as materialized (
    select o.reference, o.payment_id, o.batch_id, o.status as ours, t.status as theirs,
      o.amount_minor as our_minor, t.amount_minor as their_minor, o.currency as our_currency,
      t.currency as their_currency, t.provider_payment_id,
      case
        when t.reference is null then
          case when o.surely_sent then 'missing_there' when o.status = 'FAILED' then 'not_created' else 'open' end
        when t.amount_minor <> o.amount_minor or t.currency <> o.currency then 'amount_differs'
        when o.status = 'UNKNOWN' or (t.status = 'UNKNOWN' and o.status = 'PROCESSING') then 'open'
        when t.status = o.status or (o.status = 'FAILED' and t.status = 'RETURNED') then 'matched'
        else 'status_differs'
      end as comparison
    from (select * from ours where in_day) o
    left join (select * from theirs where nth = 1 and copy = 1) t on t.reference = o.reference
    union all
    select u.reference, x.payment_id, null, null, u.status, null, u.amount_minor, null, u.currency, u.provider_payment_id,
      'missing_here'
    from unknown_here u
    left join lateral (
      select a.payment_id from attempts a
      where a.payment_id = split_part(u.reference, ':', 1) and a.idempotency_key = u.reference offset 0
    ) x on true
    where $6::int = 1 and (u.nth > 1 or x.payment_id is null)
  ),
  totals as (
    select comparison, coalesce(our_currency, their_currency) as currency, count(*) as count,
      coalesce(sum(our_minor), 0) as ours_minor,
      coalesce(sum(their_minor) filter (where our_currency is null or our_currency = their_currency), 0) as theirs_minor,
      row_number() over (partition by comparison order by coalesce(our_currency, their_currency)) as place
    from compared group by 1, 2
  )`;

/** Ours is behind theirs, or in doubt where theirs is not: looked up as if it differed. */
const BEHIND = `comparison = 'open' and theirs is not null and ours = 'UNKNOWN' and theirs <> 'UNKNOWN'`;

const WORDS = DIFFERENCES.map((kind) => `'${kind}'`).join(', ');

/**
 * Compares a provider's list with our books, in one statement over both. A payment in doubt that the
 * provider knows is open, and told among the differences too, so that it is looked up. Reads only.
 */
export const compareSides = (db: Db, request: CompareRequest): Promise<ComparedRow[]> =>
  db.run(
    comparedRow,
    `with ${SIDES}, ${COMPARED}
     select comparison, currency, count, ours_minor, theirs_minor,
       case when place = 1 and comparison in ('open', ${WORDS}) then (
         select json_agg(json_build_object('reference', reference, 'paymentId', payment_id, 'batchId', batch_id,
           'ours', ours, 'theirs', theirs, 'ourAmount', our_minor::text, 'theirAmount', their_minor::text,
           'ourCurrency', our_currency, 'theirCurrency', their_currency, 'providerPaymentId', provider_payment_id))
         from (
           select * from compared c where c.comparison = t.comparison and (c.comparison <> 'open' or ${BEHIND})
           order by reference limit $7
         ) first
       ) end as differences
     from totals t order by comparison, currency`,
    [
      request.reconciliationId,
      request.provider,
      request.from.toISOString(),
      request.to.toISOString(),
      request.quietTimeMs,
      Number(request.listed),
      request.differencesMax,
    ],
    { deadlineMs: 600_000 },
  );
