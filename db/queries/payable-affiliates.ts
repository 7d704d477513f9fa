import { z } from 'zod';
import {
  skipCodes,
  strictest,
  type AmountLimits,
  type SkipCode,
} from '../../domain/eligibility.ts';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

export interface PayableFilter {
  provider: string;
  currency?: string | undefined;
  ready?: boolean | undefined;
  minMinor?: bigint | undefined;
  /** Part of a name, an email address or an external id. */
  q?: string | undefined;
}

/** What a provider takes in one payment, by currency; one that is missing it does not pay. */
export type CurrencyLimits = ReadonlyMap<string, AmountLimits>;

const limitColumn = z.bigint().nullable();
const kycColumn = z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']).nullable();

const payableRow = z.object({
  id: z.string(),
  external_id: z.string(),
  full_name: z.string(),
  email: z.string(),
  country: z.string(),
  held: z.boolean(),
  currency: z.string(),
  pending_minor: sumColumn,
  pending_count: z.number(),
  oldest_at: instantColumn.nullable(),
  paid_minor: sumColumn,
  minimum_minor: z.bigint(),
  account_id: z.string().nullable(),
  kyc_status: kycColumn,
  limit_minimum: limitColumn,
  limit_maximum: limitColumn,
  limit_increment: limitColumn,
  channel_minimum: limitColumn,
  channel_maximum: limitColumn,
  channel_increment: limitColumn,
});

/**
 * What is owed to each payee in each currency and in no payment yet, joined with what decides
 * whether it can be paid. `$1` provider, `$2` currency, `$3` least amount, `$4` words, `$5` to `$8`
 * the provider's limits by currency. Channels are joined by one key of both columns: by the currency
 * alone the planner would pair each payee with every channel.
 */
const OWED = `
  owed as (
    select p.payee_id, p.currency, sum(p.amount_minor) as amount_minor, sum(p.commission_count)::int as commission_count,
      min(p.oldest_earned_at) as oldest_at
    from payables p
    where p.paid_at is null and p.payment_id is null and ($2::text is null or p.currency = $2)
    group by p.payee_id, p.currency
    having sum(p.commission_count) > 0 and ($3::bigint is null or sum(p.amount_minor) >= $3)
  )`;

const JOINED = `
  from owed o
  join payees y on y.id = o.payee_id
  join currencies m on m.code = o.currency
  left join accounts a on a.payee_id = o.payee_id and a.provider = $1
  left join unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
    as t (code, minimum_minor, maximum_minor, increment_minor) on t.code = o.currency
  left join provider_channels l on l.provider = $1
    and l.channel_code || ' ' || l.currency = a.channel_code || ' ' || o.currency
  where ($4::text is null or y.full_name ilike $4 or y.email ilike $4 or y.external_id ilike $4)`;

/** The rules of domain/eligibility.ts for a payee with something payable. */
const READY = `(t.code is not null and y.hold_reason is null and a.blocked_code is null and a.kyc_status = 'APPROVED'
  and o.amount_minor > 0 and o.amount_minor >= greatest(m.minimum_payout_minor, t.minimum_minor, l.minimum_minor)
  and o.amount_minor <= least(t.maximum_minor, l.maximum_minor)
  and (t.increment_minor = 1 or o.amount_minor % t.increment_minor = 0)
  and (coalesce(l.increment_minor, 1) = 1 or o.amount_minor % l.increment_minor = 0))`;

const valuesOf = (filter: PayableFilter, limits: CurrencyLimits): unknown[] => [
  filter.provider,
  filter.currency ?? null,
  filter.minMinor?.toString() ?? null,
  filter.q === undefined ? null : `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`,
  ...limitArrays(limits),
];

function limitArrays(limits: CurrencyLimits): unknown[] {
  const strict = [...limits].map(([code, given]) => ({ code, ...strictest(given) }));
  return [
    strict.map(({ code }) => code),
    strict.map(({ minimumMinor }) => minimumMinor),
    strict.map(({ maximumMinor }) => maximumMinor),
    strict.map(({ incrementMinor }) => incrementMinor),
  ];
}

/** A payee with what is owed in one currency, and the reasons against paying it now. */
export type PayableAffiliate = z.infer<typeof payableRow> & { reasons: SkipCode[] };

const LIMIT_COLUMNS = `t.minimum_minor as limit_minimum, t.maximum_minor as limit_maximum, t.increment_minor as limit_increment,
         l.minimum_minor as channel_minimum, l.maximum_minor as channel_maximum, l.increment_minor as channel_increment`;

/** Payees with something payable by id and currency, after the place `after`. */
export async function listPayableAffiliates(
  db: Db,
  filter: PayableFilter,
  limits: CurrencyLimits,
  after: readonly [payeeId: string, currency: string] | undefined,
  limit: number,
): Promise<PayableAffiliate[]> {
  const rows = await db.run(
    payableRow,
    `with ${OWED.replace('group by', 'and ($9::text is null or (p.payee_id, p.currency) > ($9, $10)) group by')},
     page as (
       select o.*, y.external_id, y.full_name, y.email, y.country,
         y.hold_reason is not null or a.blocked_code is not null as held,
         m.minimum_payout_minor as minimum_minor, a.id as account_id, a.kyc_status, ${LIMIT_COLUMNS}
       ${JOINED} and ($11::boolean is null or coalesce(${READY}, false) = $11)
       order by o.payee_id, o.currency limit $12
     )
     select page.*, page.payee_id as id, amount_minor as pending_minor, commission_count as pending_count,
       coalesce((select sum(paid.amount_minor) from payables paid
         where paid.payee_id = page.payee_id and paid.currency = page.currency and paid.paid_at is not null), 0) as paid_minor
     from page order by page.payee_id, page.currency`,
    [
      ...valuesOf(filter, limits),
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.ready ?? null,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, reasons: reasonsOf(row) }));
}

const reasonsOf = (row: z.infer<typeof payableRow>): SkipCode[] =>
  skipCodes({
    held: row.held,
    kycStatus: row.kyc_status,
    payableMinor: row.pending_minor,
    payableCount: row.pending_count,
    claimedCount: 0,
    maturingCount: 0,
    otherCurrencyCount: 0,
    minimumMinor: row.minimum_minor,
    limits: limitsOf(row),
  });

function limitsOf(row: z.infer<typeof payableRow>): AmountLimits | null {
  const own = toLimits(row.limit_minimum, row.limit_maximum, row.limit_increment);
  const channel = toLimits(row.channel_minimum, row.channel_maximum, row.channel_increment);
  return own && channel ? strictest(own, channel) : own;
}

const toLimits = (
  minimumMinor: bigint | null,
  maximumMinor: bigint | null,
  incrementMinor: bigint | null,
): AmountLimits | null =>
  minimumMinor === null || maximumMinor === null || incrementMinor === null
    ? null
    : { minimumMinor, maximumMinor, incrementMinor };

const summaryRow = z.object({
  currency: z.string(),
  affiliates: countColumn,
  pending_minor: sumColumn,
  ready: countColumn,
});

/** Totals over all that the filter finds, by currency. */
export function summarisePayableAffiliates(db: Db, filter: PayableFilter, limits: CurrencyLimits) {
  return db.run(
    summaryRow,
    `with ${OWED}
     select o.currency, count(*) as affiliates, sum(o.amount_minor) as pending_minor,
       count(*) filter (where ${READY}) as ready
     ${JOINED} and ($9::boolean is null or coalesce(${READY}, false) = $9)
     group by o.currency order by o.currency`,
    [...valuesOf(filter, limits), filter.ready ?? null],
  );
}
