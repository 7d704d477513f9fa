import { z } from 'zod';
import type { BatchView } from '../../domain/risk/payment-facts.ts';
import type { RaisedLimit } from '../../domain/risk/raised-limits.ts';
import { loweredGuards } from '../../domain/risk/lowered-guards.ts';
import { raisedTerms } from '../../domain/risk/raised-terms.ts';
import type { Db } from '../client.ts';
import { amountColumn, onlyRow } from '../rows.ts';
import { readTerms } from '../rule-terms.ts';
import { thresholdOf, type RiskTerms } from './risk-settings.ts';
import { before, DAY_MS, HOUR_MS, leastIdAt, quietSql, USUAL_DAYS } from './risk-times.ts';

/** A batch as the rules see it. */
export interface BatchFacts {
  batchId: string;
  currency: string;
  totalMinor: bigint;
  /** Ordinals are below this. */
  paymentCount: number;
  view: BatchView;
  raised: readonly RaisedLimit[];
  /** High value in the batch's currency before anything was raised; null where that is not known. */
  strictMinor: bigint | null;
}

const time = z.string().transform((text) => new Date(text));
const batchRow = z.object({
  currency: z.string(),
  total_minor: amountColumn,
  payment_count: z.number(),
  quiet: z.boolean(),
  rate: z.string().nullable(),
  versions: z.array(
    z.object({
      terms: z.unknown(),
      was: z.unknown(),
      by: z.string(),
      at: time,
      first: z.boolean(),
      own: z.boolean(),
    }),
  ),
  changes: z.array(
    z.object({
      action: z.string(),
      details: z.record(z.string(), z.unknown()).nullable(),
      by: z.string(),
      at: time,
      own: z.boolean(),
    }),
  ),
});
type BatchRow = z.infer<typeof batchRow>;

/** What loosens the policy holds so much later only. */
const POLICY_WAITS = '24 hours';

/** That whoever is behind `actor` had their hand in the batch. */
const byMaker = (actor: string): string =>
  `exists (select 1 from hands_behind(${actor}) as h (hand) where h.hand in (select hands_of(b)))`;

/** The rate of the day before, or of the same day as it was, which what was set is compared with. */
const WITH_RATE_BEFORE = `
  case when l.action <> 'currency_rate.set' then l.details else l.details || jsonb_build_object('was',
    coalesce(l.details->>'before', (select r.rate::text from currency_rates r
      where r.base_currency = $3 and r.currency = b.currency and r.day < (l.details->>'day')::date
      order by r.day desc limit 1))) end`;

/** $1 batch, $2 now, $3 base currency, $4 begin of the time of raised limits, $5 quiet days. */
const BATCH = `
  select b.currency, b.total_minor, b.payment_count, ${quietSql('$2', '$5')} as quiet,
    (select r.rate::text from currency_rates r
     where r.base_currency = $3 and r.currency = b.currency and r.day <= $2::timestamptz::date
     order by r.day desc limit 1) as rate,
    (select coalesce(json_agg(json_build_object('terms', v.terms, 'was', coalesce(w.terms, u.terms), 'by', v.created_by,
        'at', v.created_at, 'first', w.terms is null and r.group_name is null and r.payee_id is null,
        'own', ${byMaker('v.created_by')})), '[]')
     from payout_rule_versions v join payout_rules r on r.id = v.rule_id
     left join lateral (
       select terms from payout_rule_versions w where w.rule_id = v.rule_id and w.version < v.version
       order by w.version desc limit 1
     ) w on true
     left join lateral (
       select terms from payout_rule_versions u join payout_rules g on g.id = u.rule_id
       where g.programme_id = r.programme_id and g.group_name is null and g.payee_id is null and u.created_at < v.created_at
       order by u.version desc limit 1
     ) u on w.terms is null
     where v.created_at > $4::timestamptz and v.created_at <= $2::timestamptz
       and (b.programme_id is null or r.programme_id = b.programme_id)) as versions,
    (select coalesce(json_agg(json_build_object('action', l.action, 'details', ${WITH_RATE_BEFORE}, 'by', l.actor,
        'at', l.created_at, 'own', ${byMaker('l.actor')}) order by l.id), '[]')
     from audit_logs l
     where l.action in ('policy.changed', 'approval_rule.changed', 'approval_rule.deleted', 'currency_rate.set', 'allow_list.changed')
       and l.created_at > $4::timestamptz - interval '${POLICY_WAITS}' and l.created_at <= $2::timestamptz
       and (l.action = 'policy.changed' or l.created_at > $4::timestamptz)
       and (l.action <> 'currency_rate.set' or (l.details->>'currency' = b.currency and l.details->>'baseCurrency' = $3))) as changes
  from batches b where b.id = $1`;

/** A batch, what it is compared with, and what was raised shortly before; undefined where there is none. */
export async function batchFacts(
  db: Db,
  batchId: string,
  at: Date,
  terms: RiskTerms,
): Promise<BatchFacts | undefined> {
  const { settings, baseCurrency } = terms;
  const [row] = await db.run(batchRow, BATCH, [
    batchId,
    at.toISOString(),
    baseCurrency,
    before(at, settings.raised_limits.withinHours * HOUR_MS),
    settings.quietDays,
  ]);
  if (!row) return undefined;
  return {
    batchId,
    currency: row.currency,
    totalMinor: row.total_minor,
    paymentCount: row.payment_count,
    view: { at, quiet: row.quiet, thresholdMinor: thresholdOf(terms, row.currency, row.rate) },
    raised: raisedOf(row, terms),
    strictMinor: strictOf(row, terms),
  };
}

const raisedOf = (row: BatchRow, { settings }: RiskTerms): RaisedLimit[] => [
  ...row.versions
    // The first rule of a programme raises nothing: nobody earned by another before.
    .filter(({ first }) => !first)
    .flatMap(({ was, terms, by, at, own }) =>
      raisedTerms(was === null ? null : readTerms(was), readTerms(terms)).map((what) => ({
        what,
        by,
        at,
        byMaker: own,
      })),
    ),
  ...row.changes.flatMap(({ action, details, by, at, own }) =>
    loweredGuards(action, details ?? {}, settings.raised_limits).map((what) => ({
      what,
      by,
      at,
      byMaker: own,
    })),
  ),
];

const wasPolicy = z.object({ baseCurrency: z.string(), highValueAmount: z.int() });

/** By the least threshold and the highest rate that there were in the time of raised limits. */
function strictOf({ currency, rate, changes }: BatchRow, terms: RiskTerms): bigint | null {
  let { highValueMinor } = terms;
  let highest = rate;
  for (const { action, details } of changes) {
    if (action === 'currency_rate.set') {
      const was = details?.['was'];
      if (typeof was !== 'string') return null;
      if (highest !== null && Number(was) > Number(highest)) highest = was;
    }
    const before = wasPolicy.safeParse(details?.['before']);
    if (action !== 'policy.changed' || !before.success) continue;
    if (before.data.baseCurrency !== terms.baseCurrency) return null;
    const amountMinor = BigInt(before.data.highValueAmount);
    if (amountMinor < highValueMinor) highValueMinor = amountMinor;
  }
  return thresholdOf({ ...terms, highValueMinor }, currency, highest);
}

const usualRow = z.object({ batches: z.number(), usual_minor: amountColumn.nullable() });

/** How many batches like it there were in 90 days, and what they came to on average; the newest 1,000 count. */
export async function usualBatches(
  db: Db,
  { batchId, view }: BatchFacts,
): Promise<{ usualBatches: number; usualMinor: bigint | null }> {
  const rows = await db.run(
    usualRow,
    `select count(*)::int as batches, avg(total_minor)::bigint as usual_minor from (
       select o.total_minor from batches o join batches b on b.id = $1
       where o.id >= $2 and o.id <> $1 and o.created_at < b.created_at and o.status <> 'CANCELLED' and o.deleted_at is null
         and o.currency = b.currency and o.source = b.source and o.programme_id is not distinct from b.programme_id
       order by o.id desc limit 1000
     ) usual`,
    [batchId, leastIdAt('batch', view.at, USUAL_DAYS * DAY_MS)],
  );
  const { batches, usual_minor } = onlyRow(rows);
  return { usualBatches: batches, usualMinor: usual_minor };
}
