import { z } from 'zod';
import { skipCodes, type SkipCode } from '../../domain/eligibility.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
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
});

/**
 * What is owed to each payee in each currency and in no payment yet, joined with what decides
 * whether it can be paid. `$1` provider, `$2` currency, `$3` least amount, `$4` words.
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
  where ($4::text is null or y.full_name ilike $4 or y.email ilike $4 or y.external_id ilike $4)`;

/** The rules of domain/eligibility.ts for a payee with something payable. */
const READY = `(y.hold_reason is null and a.kyc_status = 'APPROVED'
  and o.amount_minor > 0 and o.amount_minor >= m.minimum_payout_minor and o.amount_minor <= ${AMOUNT_MINOR_MAX})`;

const valuesOf = (filter: PayableFilter): unknown[] => [
  filter.provider,
  filter.currency ?? null,
  filter.minMinor?.toString() ?? null,
  filter.q === undefined ? null : `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`,
];

/** A payee with what is owed in one currency, and the reasons against paying it now. */
export type PayableAffiliate = Omit<z.infer<typeof payableRow>, 'held'> & { reasons: SkipCode[] };

/** Payees with something payable by id and currency, after the place `after`. */
export async function listPayableAffiliates(
  db: Db,
  filter: PayableFilter,
  after: readonly [payeeId: string, currency: string] | undefined,
  limit: number,
): Promise<PayableAffiliate[]> {
  const rows = await db.run(
    payableRow,
    `with ${OWED.replace('group by', 'and ($5::text is null or (p.payee_id, p.currency) > ($5, $6)) group by')},
     page as (
       select o.*, y.external_id, y.full_name, y.email, y.country, y.hold_reason is not null as held,
         m.minimum_payout_minor as minimum_minor, a.id as account_id, a.kyc_status
       ${JOINED} and ($7::boolean is null or coalesce(${READY}, false) = $7)
       order by o.payee_id, o.currency limit $8
     )
     select page.payee_id as id, external_id, full_name, email, country, held, page.currency,
       amount_minor as pending_minor, commission_count as pending_count, oldest_at, minimum_minor, account_id, kyc_status,
       coalesce((select sum(paid.amount_minor) from payables paid
         where paid.payee_id = page.payee_id and paid.currency = page.currency and paid.paid_at is not null), 0) as paid_minor
     from page order by page.payee_id, page.currency`,
    [...valuesOf(filter), after?.[0] ?? null, after?.[1] ?? null, filter.ready ?? null, limit],
  );
  return rows.map(({ held, ...row }) => ({ ...row, reasons: reasonsOf(row, held) }));
}

const reasonsOf = (row: Omit<z.infer<typeof payableRow>, 'held'>, held: boolean): SkipCode[] =>
  skipCodes({
    held,
    kycStatus: row.kyc_status,
    payableMinor: row.pending_minor,
    payableCount: row.pending_count,
    claimedCount: 0,
    maturingCount: 0,
    otherCurrencyCount: 0,
    minimumMinor: row.minimum_minor,
    maximumMinor: AMOUNT_MINOR_MAX,
  });

const summaryRow = z.object({
  currency: z.string(),
  affiliates: countColumn,
  pending_minor: sumColumn,
  ready: countColumn,
});

/** Totals over all that the filter finds, by currency. */
export function summarisePayableAffiliates(db: Db, filter: PayableFilter) {
  return db.run(
    summaryRow,
    `with ${OWED}
     select o.currency, count(*) as affiliates, sum(o.amount_minor) as pending_minor,
       count(*) filter (where ${READY}) as ready
     ${JOINED} and ($5::boolean is null or coalesce(${READY}, false) = $5)
     group by o.currency order by o.currency`,
    [...valuesOf(filter), filter.ready ?? null],
  );
}
