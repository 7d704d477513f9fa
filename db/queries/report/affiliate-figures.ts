import { z } from 'zod';
import type { Span } from '../../../domain/report/period.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { countColumn, instantColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { conditions, instant } from './bounds.ts';
import type { PaymentFilter } from './payment-sums.ts';

/** Whose figures are asked for, and over which spans. */
export interface AffiliatesAsked {
  period: Span;
  /** What the trend is measured against. */
  before: Span;
  filter: PaymentFilter;
  /** Part of a name, an email address or an external id. */
  q?: string | undefined;
}

/** What every source of figures adds up; a source that does not know one gives nothing for it. */
const SUMS = [
  'earned_minor',
  'paid_minor',
  'paid_before_minor',
  'pending_minor',
  'conversion_minor',
] as const;
const COUNTS = ['paid_payments', 'completed', 'failed', 'returned', 'conversions'] as const;
type Figure = (typeof SUMS)[number] | (typeof COUNTS)[number];

export const figureColumns = {
  currency: z.string(),
  earned_minor: sumColumn,
  paid_minor: sumColumn,
  paid_before_minor: sumColumn,
  pending_minor: sumColumn,
  conversion_minor: sumColumn,
  paid_payments: countColumn,
  completed: countColumn,
  failed: countColumn,
  returned: countColumn,
  conversions: countColumn,
  last_paid_at: instantColumn.nullable(),
};

/**
 * SQL for a row for each payee and currency that has any figure, in the columns `payee_id` and those of
 * `figureColumns`. Everything is looked up by the indexes of these payees.
 */
export function figuresOf(asked: AffiliatesAsked, ids: readonly string[], bind: Bind): string {
  const of = (alias: string) => chosenBy(alias, asked.filter.currency, ids, bind);
  const parts = [
    payments(asked, of('p'), bind),
    commissions(asked, of('c'), bind),
    payables(asked, of('b'), bind),
    conversions(asked, of('v'), bind),
  ];
  const added = [
    ...SUMS.map((name) => `sum(${name}) as ${name}`),
    ...COUNTS.map((name) => `sum(${name})::bigint as ${name}`),
  ];
  return `
    select payee_id, currency, ${added.join(', ')}, max(last_paid_at) as last_paid_at
    from (${parts.join(' union all ')}) parts
    group by payee_id, currency`;
}

/**
 * SQL for a row for each payee and currency in which something was paid, or earned, and does not come to
 * nothing: `payee_id`, `currency`, and the amount as `key`. In the order of currencies and payees it is read
 * from an index alone, as long as no filter asks for what that does not hold.
 */
export function keysOf(
  asked: AffiliatesAsked,
  sort: 'paid' | 'earned',
  ids: readonly string[] | null,
  bind: Bind,
): string {
  const { period, filter } = asked;
  const alias = sort === 'paid' ? 'p' : 'c';
  const { payee } = chosenBy(alias, undefined, ids, bind);
  const of = { payee, currency: currencyIs(alias, filter.currency, bind) };
  const settled = () => (settledCounts(filter) ? within('p.completed_at', period, bind) : 'false');
  const meant =
    sort === 'paid'
      ? `${paymentsMeant(asked, of, bind)} and ${settled()}`
      : `from commissions c where ${of.payee} and ${of.currency} and ${programmeIs('c', filter.programmeId, bind)}
         and ${earnedWithin(period, bind)}`;
  return `
    select payee_id, currency, sum(amount_minor) as key
    from (
      select ${alias}.payee_id, ${alias}.currency, ${alias}.amount_minor ${meant}
      order by ${alias}.currency, ${alias}.payee_id offset 0
    ) meant
    group by currency, payee_id having sum(amount_minor) <> 0`;
}

/** As a range: of an equality the planner forgets that what it reads is sorted by the currency too, and sorts by hashes. */
function currencyIs(alias: string, currency: string | undefined, bind: Bind): string {
  if (currency === undefined) return 'true';
  const bound = bind(currency, 'text');
  return `${alias}.currency between ${bound} and ${bound}`;
}

interface Chosen {
  payee: string;
  currency: string;
}

const chosenBy = (
  alias: string,
  currency: string | undefined,
  ids: readonly string[] | null,
  bind: Bind,
): Chosen => ({
  payee: ids ? `${alias}.payee_id = any(${bind([...ids], 'text[]')})` : 'true',
  currency: currency ? `${alias}.currency = ${bind(currency, 'text')}` : 'true',
});

/** The columns of one source; what it does not know is nothing. */
function columns(
  alias: string,
  known: Partial<Record<Figure, string>>,
  lastPaidAt = 'null::timestamptz',
): string {
  const of = (name: Figure, type: string) =>
    `coalesce(${known[name] ?? '0'}, 0)::${type} as ${name}`;
  return [
    `${alias}.payee_id, ${alias}.currency`,
    ...SUMS.map((name) => of(name, 'numeric')),
    ...COUNTS.map((name) => of(name, 'bigint')),
    `${lastPaidAt} as last_paid_at`,
  ].join(', ');
}

const within = (at: string, { from, to }: Span, bind: Bind): string =>
  `${at} >= ${instant(from, bind)} and ${at} < ${instant(to, bind)}`;

/** The tables and conditions of the payments `p` that the filters mean, whatever their state. */
function paymentsMeant({ filter }: AffiliatesAsked, of: Chosen, bind: Bind): string {
  const { provider, programmeId, minAmountMinor, maxAmountMinor } = filter;
  const only = conditions(
    [
      ['p.provider = ?', provider, 'text'],
      [`coalesce(t.programme_id, '') = ?`, programmeId, 'text'],
      ['p.amount_minor >= ?', minAmountMinor?.toString(), 'bigint'],
      ['p.amount_minor <= ?', maxAmountMinor?.toString(), 'bigint'],
    ],
    bind,
  );
  return `
    from payments p ${programmeId === undefined ? '' : 'join batches t on t.id = p.batch_id'}
    where ${of.payee} and ${of.currency} ${only}`;
}

/** What was settled is COMPLETED in reports. */
const settledCounts = ({ statuses }: PaymentFilter): boolean =>
  !statuses || statuses.includes('COMPLETED');

/**
 * What was settled counts by then, also where it came back later; how payments ended counts by when they
 * were made. The filters of payments choose both.
 */
function payments(asked: AffiliatesAsked, of: Chosen, bind: Bind): string {
  const { period, before, filter } = asked;
  const made = within('p.created_at', period, bind);
  const isAsked = filter.statuses
    ? `p.status = any(${bind([...filter.statuses], 'text[]')})`
    : 'true';
  const settled = (span: Span) =>
    settledCounts(filter) ? within('p.completed_at', span, bind) : 'false';
  const ended = (status: string) =>
    `count(*) filter (where ${made} and ${isAsked} and p.status = '${status}')`;
  const [now, then] = [settled(period), settled(before)];
  const known = {
    paid_minor: `sum(p.amount_minor) filter (where ${now})`,
    paid_payments: `count(*) filter (where ${now})`,
    paid_before_minor: `sum(p.amount_minor) filter (where ${then})`,
    completed: ended('COMPLETED'),
    failed: ended('FAILED'),
    returned: ended('RETURNED'),
  };
  const last = settledCounts(filter)
    ? `max(p.completed_at) filter (where p.completed_at < ${instant(period.to, bind)})`
    : 'null::timestamptz';
  return `
    select ${columns('p', known, last)} ${paymentsMeant(asked, of, bind)}
    group by p.payee_id, p.currency`;
}

/** Earnings of no programme count as the first one's. */
const programmeIs = (alias: string, programmeId: string | undefined, bind: Bind): string =>
  programmeId === undefined
    ? 'true'
    : `coalesce(${alias}.programme_id, '${DEFAULT_PROGRAMME_ID}') = ${bind(programmeId, 'text')}`;

/**
 * Shares of escrow releases are among them with their net, clawbacks with what they take away. Not
 * earned: what sets a debt off that was written off, and the parts of a divided payment, which come to nothing.
 */
const earnedWithin = (period: Span, bind: Bind): string =>
  `${within('c.earned_at', period, bind)} and c.status <> 'REVERSED' and c.kind not in ('write_off', 'part')`;

function commissions({ period, filter }: AffiliatesAsked, of: Chosen, bind: Bind): string {
  const earned = earnedWithin(period, bind);
  const known = {
    earned_minor: `sum(c.amount_minor) filter (where ${earned})`,
    pending_minor: `sum(c.amount_minor) filter (where c.status = 'PENDING')`,
  };
  return `
    select ${columns('c', known)}
    from commissions c
    where ${of.payee} and ${of.currency} and ${programmeIs('c', filter.programmeId, bind)}
    group by c.payee_id, c.currency`;
}

function payables({ filter }: AffiliatesAsked, of: Chosen, bind: Bind): string {
  return `
    select ${columns('b', { pending_minor: 'sum(b.amount_minor)' })}
    from payables b
    where b.paid_at is null and ${of.payee} and ${of.currency} and ${programmeIs('b', filter.programmeId, bind)}
    group by b.payee_id, b.currency`;
}

/** By programme, since the index of the affiliates' conversions begins with it. */
function conversions({ period, filter }: AffiliatesAsked, of: Chosen, bind: Bind): string {
  const known = {
    conversions: `count(*) filter (where r.minor is null or v.amount_minor > r.minor)`,
    conversion_minor: 'sum(v.amount_minor - coalesce(r.minor, 0))',
  };
  const programme =
    filter.programmeId === undefined ? 'true' : `g.id = ${bind(filter.programmeId, 'text')}`;
  return `
    select ${columns('v', known)}
    from programmes g join conversions v on v.programme_id = g.id
    left join lateral (
      select sum(amount_minor) as minor from conversion_reversals where conversion_id = v.id offset 0
    ) r on true
    where ${programme} and v.payee_id is not null and v.status <> 'CANCELLED' and not v.test
      and ${within('v.occurred_at', period, bind)} and ${of.payee} and ${of.currency}
    group by v.payee_id, v.currency`;
}
