import { z } from 'zod';
import {
  skipCodes,
  strictest,
  type AmountLimits,
  type SkipCode,
} from '../../domain/eligibility.ts';
import { PARTS_MAX } from '../../domain/payout-limits.ts';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { coolingDown } from './account-cooldown.ts';
import { startStatement, type Statement } from './judged-payees.ts';
import { joinTerms, loadPayoutTable, type PayoutTable } from './payout-table.ts';
import { sumColumn } from './preview.ts';
import { partOf } from './words.ts';

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
  risk_held: z.boolean(),
  held: z.boolean(),
  currency: z.string(),
  pending_minor: sumColumn,
  pending_count: z.number(),
  oldest_at: instantColumn.nullable(),
  paid_minor: sumColumn,
  minimum_minor: z.bigint(),
  maximum_minor: limitColumn,
  account_id: z.string().nullable(),
  kyc_status: kycColumn,
  account_cooling: z.boolean(),
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
    where p.paid_at is null and p.payment_id is null and not p.held and ($2::text is null or p.currency = $2)
    group by p.payee_id, p.currency
    having sum(p.commission_count) > 0 and ($3::bigint is null or sum(p.amount_minor) >= $3)
  )`;

const joined = (table: PayoutTable | null, { bind }: Statement): string => `
  from owed o
  join payees y on y.id = o.payee_id
  join currencies m on m.code = o.currency
  left join accounts a on a.payee_id = o.payee_id and a.provider = $1
  left join unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
    as l (code, minimum_minor, maximum_minor, increment_minor) on l.code = o.currency
  left join provider_channels h on h.provider = $1
    and h.channel_code || ' ' || h.currency = a.channel_code || ' ' || o.currency
  ${table ? joinTerms(table, bind, { payee: 'y', account: 'a', currency: 'o.currency' }) : ''}
  cross join lateral (
    select coalesce(${table ? 't.minimum_minor' : 'null'}, m.minimum_payout_minor) as minimum_minor,
      ${table ? 't.maximum_minor' : 'null::bigint'} as maximum_minor,
      greatest(l.minimum_minor, h.minimum_minor) as least, least(l.maximum_minor, h.maximum_minor) as most,
      lcm(l.increment_minor, coalesce(h.increment_minor, 1)) as step
  ) e
  where ($4::text is null or y.full_name ilike $4 or y.email ilike $4 or y.external_id ilike $4)`;

/** What one of several payments comes to at most. */
const PART = '(least(e.maximum_minor, e.most) / e.step * e.step)';
/** As `paymentParts` of domain/payout-limits.ts judges: one payment, or equal parts that the provider takes. */
const FITS = `(o.amount_minor <= least(e.maximum_minor, e.most) or (e.maximum_minor is not null
  and div(o.amount_minor + ${PART} - 1, nullif(${PART}, 0)) <= ${PARTS_MAX}
  and div(div(o.amount_minor, e.step), div(o.amount_minor + ${PART} - 1, nullif(${PART}, 0))) * e.step >= e.least))`;

/** The rules of domain/eligibility.ts for a payee with something payable. */
const READY = `(l.code is not null and y.hold_reason is null and a.blocked_code is null and not a.failed_hold
  and a.kyc_status = 'APPROVED' and not ${coolingDown('a')} and o.amount_minor > 0 and o.amount_minor >= greatest(e.minimum_minor, e.least)
  and ${FITS} and (e.step = 1 or o.amount_minor % e.step = 0))`;

const valuesOf = (filter: PayableFilter, limits: CurrencyLimits): unknown[] => [
  filter.provider,
  filter.currency ?? null,
  filter.minMinor?.toString() ?? null,
  filter.q === undefined ? null : partOf(filter.q),
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

const LIMIT_COLUMNS = `l.minimum_minor as limit_minimum, l.maximum_minor as limit_maximum, l.increment_minor as limit_increment,
         h.minimum_minor as channel_minimum, h.maximum_minor as channel_maximum, h.increment_minor as channel_increment`;

const IN_FULL_DEADLINE_MS = 30_000;

/** The payout rules of the first programme, as they are now. */
const tableOf = (db: Db, { provider, currency }: PayableFilter) =>
  loadPayoutTable(db, { provider, currency, at: new Date() });

/** Payees with something payable by id and currency, after the place `after`. */
export async function listPayableAffiliates(
  db: Db,
  filter: PayableFilter,
  limits: CurrencyLimits,
  after: readonly [payeeId: string, currency: string] | undefined,
  limit: number,
): Promise<PayableAffiliate[]> {
  const table = await tableOf(db, filter);
  const statement = startStatement(...valuesOf(filter, limits));
  const { bind, values } = statement;
  const payeeId = bind(after?.[0] ?? null, 'text');
  const place = `and (${payeeId} is null or (p.payee_id, p.currency) > (${payeeId}, ${bind(after?.[1] ?? null, 'text')})) group by`;
  const ready = bind(filter.ready ?? null, 'boolean');
  const rows = await db.run(
    payableRow,
    `with ${OWED.replace('group by', place)},
     page as (
       select o.*, y.external_id, y.full_name, y.email, y.country,
         y.hold_reason is not null and y.hold_kind is not distinct from 'risk' as risk_held,
         (y.hold_reason is not null and y.hold_kind is distinct from 'risk') or a.blocked_code is not null
           or coalesce(a.failed_hold, false) as held,
         e.minimum_minor, e.maximum_minor, a.id as account_id, a.kyc_status,
         coalesce(${coolingDown('a')}, false) as account_cooling, ${LIMIT_COLUMNS}
       ${joined(table, statement)} and (${ready} is null or coalesce(${READY}, false) = ${ready})
       order by o.payee_id, o.currency limit ${bind(limit, 'int')}
     )
     select page.*, page.payee_id as id, amount_minor as pending_minor, commission_count as pending_count,
       coalesce((select sum(paid.amount_minor) from payables paid
         where paid.payee_id = page.payee_id and paid.currency = page.currency and paid.paid_at is not null), 0) as paid_minor
     from page order by page.payee_id, page.currency`,
    values,
  );
  return rows.map((row) => ({ ...row, reasons: reasonsOf(row) }));
}

const reasonsOf = (row: z.infer<typeof payableRow>): SkipCode[] =>
  skipCodes({
    riskHeld: row.risk_held,
    held: row.held,
    kycStatus: row.kyc_status,
    accountCooling: row.account_cooling,
    payableMinor: row.pending_minor,
    payableCount: row.pending_count,
    claimedCount: 0,
    heldCount: 0,
    maturingCount: 0,
    otherCurrencyCount: 0,
    owedMinor: row.pending_minor,
    minimumMinor: row.minimum_minor,
    maximumMinor: row.maximum_minor,
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
export async function summarisePayableAffiliates(
  db: Db,
  filter: PayableFilter,
  limits: CurrencyLimits,
) {
  const table = await tableOf(db, filter);
  const statement = startStatement(...valuesOf(filter, limits));
  const ready = statement.bind(filter.ready ?? null, 'boolean');
  return db.run(
    summaryRow,
    `with ${OWED}
     select o.currency, count(*) as affiliates, sum(o.amount_minor) as pending_minor,
       count(*) filter (where ${READY}) as ready
     ${joined(table, statement)} and (${ready} is null or coalesce(${READY}, false) = ${ready})
     group by o.currency order by o.currency`,
    statement.values,
    { deadlineMs: IN_FULL_DEADLINE_MS },
  );
}
