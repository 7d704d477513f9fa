import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { bucketOf, conditions, instant, piecesBetween, slotsByRow } from './bounds.ts';

const DEADLINE_MS = 30_000;

/** By what the sums of payments may be divided. */
export const SUM_GROUPS = ['status', 'provider', 'currency', 'programme'] as const;
export type SumGroup = (typeof SUM_GROUPS)[number];

/** Which payments are meant: those for which all holds that is given. */
export interface PaymentFilter {
  currency?: string | undefined;
  provider?: string | undefined;
  /** Empty for payments of no programme. */
  programmeId?: string | undefined;
  statuses?: readonly string[] | undefined;
  payeeIds?: readonly string[] | undefined;
  minAmountMinor?: bigint | undefined;
  maxAmountMinor?: bigint | undefined;
}

/** `made`: when payments were made, in their present state; `paid`: when they were settled. */
export type SumBasis = 'made' | 'paid';

export interface SumsAsked {
  /** Sorted instants in milliseconds: sums are made between each and the next. */
  bounds: readonly number[];
  basis: SumBasis;
  filter: PaymentFilter;
  groupBy?: SumGroup | undefined;
}

/** Payments of one state between two bounds. `bucket` counts from 0; `group` is empty without one. */
const sumRow = z.object({
  bucket: z.number(),
  group: z.string(),
  currency: z.string(),
  status: z.string(),
  payments: countColumn,
  amount_minor: sumColumn,
});
export type PaymentSum = z.infer<typeof sumRow>;

const GROUP_COLUMNS: Readonly<Record<SumGroup, string>> = {
  status: 'status',
  provider: 'provider',
  currency: 'currency',
  programme: 'programme_id',
};

/**
 * Numbers and amounts of payments between bounds, by state and currency, and by a group where asked.
 * Answers what is committed at that instant: slots that were added up count as they are, those that
 * changed since, and those that a bound cuts, are read row by row. Payments of certain affiliates or
 * amounts are always read row by row.
 */
export function sumPayments(db: Db, asked: SumsAsked): Promise<PaymentSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const source = isByRow(asked.filter) ? rowsOnly(asked, bind) : slotsAndRows(asked, bind);
  const group = asked.groupBy ? GROUP_COLUMNS[asked.groupBy] : `''`;
  return db.run(
    sumRow,
    `${source}
     select ${bucketOf('at', asked.bounds, bind)} as bucket, ${group} as "group", currency, status,
       sum(payments)::bigint as payments, sum(amount_minor) as amount_minor
     from counted
     group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}

const isByRow = ({ payeeIds, minAmountMinor, maxAmountMinor }: PaymentFilter): boolean =>
  payeeIds !== undefined || minAmountMinor !== undefined || maxAmountMinor !== undefined;

const instantOf = (basis: SumBasis): string => (basis === 'made' ? 'created_at' : 'completed_at');

/** A settled payment counts as such, whatever became of it later. */
const stateOf = (basis: SumBasis): string => (basis === 'made' ? 'p.status' : `'COMPLETED'`);

const edges = (bounds: readonly number[], bind: Bind) => ({
  first: instant(bounds[0] ?? 0, bind),
  end: instant(bounds.at(-1) ?? 0, bind),
});

function slotsAndRows({ bounds, basis, filter }: SumsAsked, bind: Bind): string {
  const { first, end } = edges(bounds, bind);
  const at = `p.${instantOf(basis)}`;
  const sums = 'slot as at, provider, currency, programme_id, status, payments, amount_minor';
  const meant = slotConditions(filter, bind);
  return `
    with by_row as materialized (${slotsByRow(bounds, 'payments', bind)}),
    ${piecesBetween(bounds, bind)},
    counted as (
      select ${sums} from report_slots
      where basis = '${basis}' and quarters = 96 and slot >= ${first} and slot < ${end}
        and slot not in (select slot from broken where quarters = 96) ${meant}
      union all
      select s.* from pieces i
      cross join lateral (
        select ${sums} from report_slots
        where basis = '${basis}' and quarters = i.quarters and slot = i.slot ${meant} offset 0
      ) s
      union all
      select ${at}, p.provider, p.currency, coalesce(b.programme_id, ''), ${stateOf(basis)}, 1, p.amount_minor
      from by_row r
      cross join lateral (
        select * from payments p
        where ${at} >= greatest(r.slot, ${first}) and ${at} < least(r.slot + interval '15 minutes', ${end}) offset 0
      ) p
      join batches b on b.id = p.batch_id
      where true ${paymentConditions(filter, bind, stateOf(basis))}
    )`;
}

function rowsOnly({ bounds, basis, filter }: SumsAsked, bind: Bind): string {
  const { first, end } = edges(bounds, bind);
  const at = `p.${instantOf(basis)}`;
  return `
    with counted as (
      select ${at} as at, p.provider, p.currency, coalesce(b.programme_id, '') as programme_id,
        ${stateOf(basis)} as status, 1 as payments, p.amount_minor
      from payments p join batches b on b.id = p.batch_id
      where ${at} >= ${first} and ${at} < ${end} ${paymentConditions(filter, bind, stateOf(basis))}
    )`;
}

const slotConditions = (filter: PaymentFilter, bind: Bind): string =>
  conditions(
    [
      ['currency = ?', filter.currency, 'text'],
      ['provider = ?', filter.provider, 'text'],
      ['programme_id = ?', filter.programmeId, 'text'],
      ['status = any(?)', filter.statuses, 'text[]'],
    ],
    bind,
  );

/** Conditions on a payment `p` of a batch `b`; `state` is the one that counts. */
export const paymentConditions = (filter: PaymentFilter, bind: Bind, state = 'p.status'): string =>
  conditions(
    [
      ['p.currency = ?', filter.currency, 'text'],
      ['p.provider = ?', filter.provider, 'text'],
      [`coalesce(b.programme_id, '') = ?`, filter.programmeId, 'text'],
      [`${state} = any(?)`, filter.statuses, 'text[]'],
      ['p.payee_id = any(?)', filter.payeeIds, 'text[]'],
      ['p.amount_minor >= ?', filter.minAmountMinor?.toString(), 'bigint'],
      ['p.amount_minor <= ?', filter.maxAmountMinor?.toString(), 'bigint'],
    ],
    bind,
  );
