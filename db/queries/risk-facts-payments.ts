import { z } from 'zod';
import type { PaymentFacts } from '../../domain/risk/payment-facts.ts';
import { justBelowFrom } from '../../domain/risk/structuring.ts';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';
import type { BatchFacts } from './risk-facts-batch.ts';
import type { RiskTerms } from './risk-settings.ts';
import { before, DAY_MS, HOUR_MS, leastIdAt, USUAL_DAYS } from './risk-times.ts';

const factsRow = z.object({
  id: z.string(),
  payee_id: z.string(),
  account_id: z.string().nullable(),
  amount_minor: amountColumn,
  changed_at: instantColumn.nullable(),
  changed_by: z.string().nullable(),
  paid_before: z.boolean(),
  affiliates_there: z.number(),
  affiliates_accepted: z.number(),
  recent_payouts: z.number(),
  recent_minor: amountColumn,
  usual_days: z.number(),
  usual_minor: amountColumn.nullable(),
  just_below: z.number(),
  alike_id: z.string().nullable(),
  alike_at: instantColumn.nullable(),
});

/** Nothing was sent, or it came back. */
const NOT_PAID = `('CANCELLED', 'FAILED', 'RETURNED')`;

/** What the same destination is: of sealed details their blind index, else the provider's reference. */
const SAME_PLACE = `
  select s.payee_id from accounts s where s.destination_index = a.destination_index
  union all
  select s.payee_id from accounts s
  where a.destination_index is null and s.provider = a.provider and s.account_ref = a.account_ref`;

/**
 * $1 batch, $2 and $3 the ordinals, $4 now, $5 least id of 90 days, $6 begin of the time of velocity,
 * $7 begin of that of look-alikes, $8 and $9 the amounts just below the threshold, $10 the least id of
 * that of structuring, $11 its begin, $12 affiliates that are suspicious at one destination. `offset 0`
 * keeps each look-up by the payee: by the batch, each payment of a large one would read all of it.
 */
const PAGE = `
  select p.id, p.payee_id, a.id as account_id, p.amount_minor,
    case when a.changed_at > a.created_at and a.changed_at <= $4::timestamptz
      and not coalesce(a.verified_at > a.changed_at and a.verified_by is not null
        and person_behind(a.verified_by) is distinct from person_behind(a.changed_by), false)
      then a.changed_at end as changed_at,
    a.changed_by,
    exists (select 1 from payments q where q.payee_id = p.payee_id and q.batch_id <> $1
      and q.status not in ('PENDING', 'ON_HOLD', 'CANCELLED', 'FAILED')) as paid_before,
    coalesce(t.affiliates, 1) as affiliates_there, coalesce(e.affiliates, 0) as affiliates_accepted,
    h.recent_payouts, h.recent_minor, h.usual_days, h.usual_minor, coalesce(j.just_below, 0) as just_below,
    k.id as alike_id, k.created_at as alike_at
  from payments p
  left join accounts a on a.payee_id = p.payee_id and a.provider = p.provider
  cross join lateral (
    select count(distinct q.batch_id) filter (where r.recent)::int as recent_payouts,
      coalesce(sum(q.amount_minor) filter (where r.recent), 0)::bigint as recent_minor,
      count(distinct (q.created_at at time zone 'UTC')::date) filter (where not r.recent)::int as usual_days,
      (sum(q.amount_minor) filter (where not r.recent)
        / nullif(count(distinct (q.created_at at time zone 'UTC')::date) filter (where not r.recent), 0))::bigint as usual_minor
    from (select * from payments q where q.payee_id = p.payee_id and q.id >= $5 offset 0) q
    cross join lateral (select q.batch_id = $1 or q.created_at > $6::timestamptz as recent) r
    where q.currency = p.currency and q.status not in ${NOT_PAID} and q.created_at <= $4::timestamptz
  ) h
  left join lateral (
    select count(distinct each.payee_id)::int as affiliates from (select * from (${SAME_PLACE}) s limit 200) each
  ) t on a.id is not null
  left join lateral (
    select max((e.evidence->>'affiliates')::int) as affiliates from risk_events e
    where t.affiliates >= $12::int and e.payee_id = p.payee_id and e.rule = 'shared_destination'
      and e.status = 'RESOLVED' and e.resolution <> 'confirmed' and e.account_id = a.id and e.created_at > a.changed_at
  ) e on true
  left join lateral (
    select count(*)::int as just_below from (
      select * from payments q
      where q.payee_id = any(array(select p.payee_id union select * from (${SAME_PLACE}) s limit 200))
        and q.id >= $10 and p.amount_minor >= $8::bigint and p.amount_minor < $9::bigint
      offset 0
    ) q
    where q.currency = p.currency and q.amount_minor >= $8::bigint and q.amount_minor < $9::bigint
      and q.status not in ${NOT_PAID} and (q.batch_id = $1 or q.created_at > $11::timestamptz)
      and q.created_at <= $4::timestamptz
  ) j on true
  left join lateral (
    select q.id, q.created_at
    from (select * from payments q where q.payee_id = p.payee_id and q.id >= $13 offset 0) q
    join batches o on o.id = q.batch_id join batches b on b.id = $1
    where q.batch_id <> $1 and q.currency = p.currency
      and q.amount_minor = p.amount_minor and q.status not in ${NOT_PAID}
      and q.created_at > $7::timestamptz and q.created_at <= $4::timestamptz
      and (o.schedule_id is null or o.schedule_id is distinct from b.schedule_id)
    order by q.id desc limit 1
  ) k on p.reissue_of is null
  where p.batch_id = $1 and p.ordinal >= $2::int and p.ordinal < $3::int and p.status in ('PENDING', 'ON_HOLD', 'FAILED')
  order by p.ordinal`;

/** The facts of the payments of a batch with ordinals from `from` on, before `to`. */
export async function paymentFacts(
  db: Db,
  { batchId, currency, view }: BatchFacts,
  { from, to }: { from: number; to: number },
  { settings }: RiskTerms,
): Promise<PaymentFacts[]> {
  const { at, thresholdMinor } = view;
  const velocityMs = settings.velocity.withinHours * HOUR_MS;
  const alikeMs = settings.look_alike.withinHours * HOUR_MS;
  const structuringMs = settings.structuring.withinHours * HOUR_MS;
  const rows = await db.run(
    factsRow,
    PAGE,
    [
      batchId,
      from,
      to,
      at.toISOString(),
      leastIdAt('payment', at, USUAL_DAYS * DAY_MS + velocityMs),
      before(at, velocityMs),
      before(at, alikeMs),
      justBelowFrom(thresholdMinor, settings.structuring)?.toString() ?? null,
      thresholdMinor?.toString() ?? null,
      leastIdAt('payment', at, structuringMs),
      before(at, structuringMs),
      settings.shared_destination.affiliates,
      leastIdAt('payment', at, alikeMs),
    ],
    { deadlineMs: 60_000 },
  );
  return rows.map((row) => ({
    paymentId: row.id,
    batchId,
    payeeId: row.payee_id,
    accountId: row.account_id,
    currency,
    amountMinor: row.amount_minor,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    paidBefore: row.paid_before,
    affiliatesThere: row.affiliates_there,
    affiliatesAccepted: row.affiliates_accepted,
    recentPayouts: row.recent_payouts,
    recentMinor: row.recent_minor,
    usualDays: row.usual_days,
    usualMinor: row.usual_minor,
    justBelow: row.just_below,
    alikeId: row.alike_id,
    alikeAt: row.alike_at,
  }));
}
