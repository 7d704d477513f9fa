import { formatAmount } from '../../lib/currency.ts';
import { count } from '../../lib/words.ts';
import type { Terms } from './queries.ts';

/** One thing that terms say. Lines of two versions with the same `label` are about the same thing. */
export interface TermLine {
  label: string;
  value: string;
}

type CurrencyRate = NonNullable<Terms['commission']>[number];
type Rate = CurrencyRate['rate'];
type Limit = NonNullable<NonNullable<Terms['payout']>['minimums']>[number];

const money = (amount: number, currency: string | null | undefined): string =>
  currency ? `${formatAmount(amount, currency)} ${currency}` : String(amount);
const percent = (bps: number): string => `${(bps / 100).toLocaleString('en')}%`;
const days = (n: number): string => count(n, 'day');
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A weekday as payees know it; 1 is Monday. */
export const weekdayName = (weekday: number): string => WEEKDAYS[weekday - 1] ?? String(weekday);

/** What terms say, a line for each thing; in the order in which they are applied. */
export function termLines(terms: Terms): TermLine[] {
  const { commission = [], fee, rounding, holdingDays, frequency } = terms;
  return [
    ...eligibility(terms.eligibility),
    ...commission.map((each) => ({ label: `Commission, ${inCurrency(each)}`, value: rated(each) })),
    ...(fee ? fees(fee) : []),
    ...(rounding === undefined
      ? []
      : [{ label: 'Rounding', value: rounding.replaceAll('_', ' ') }]),
    ...(holdingDays === undefined ? [] : [{ label: 'Held for', value: days(holdingDays) }]),
    ...(terms.payout?.minimums ?? []).map((each) => limit('Least payout', each)),
    ...(terms.payout?.maximums ?? []).map((each) => limit('Largest payout', each)),
    ...(frequency ? [{ label: 'Paid', value: frequencyText(frequency) }] : []),
  ];
}

function eligibility(terms: Terms['eligibility']): TermLine[] {
  if (!terms) return [];
  const window = (label: string, value: number | null | undefined): TermLine[] =>
    value === null || value === undefined ? [] : [{ label, value: days(value) }];
  return [
    ...window('A click counts for', terms.attributionDays),
    ...window('An order counts once within', terms.orderWindowDays),
    ...window('A customer counts once within', terms.customerWindowDays),
    ...(terms.minimumOrders ?? []).map(({ currency, amount }) => ({
      label: `Least order, ${currency}`,
      value: money(amount, currency),
    })),
    ...(terms.selfReferral
      ? [
          {
            label: 'Own orders',
            value: terms.selfReferral === 'allow' ? 'count' : 'do not count',
          },
        ]
      : []),
  ];
}

function fees(fee: NonNullable<Terms['fee']>): TermLine[] {
  return [
    { label: 'Fee is borne by', value: fee.bearer === 'payee' ? 'the payee' : 'the platform' },
    ...fee.rates.map((each) => ({ label: `Fee, ${inCurrency(each)}`, value: rated(each) })),
    ...(fee.monthlyMinimums ?? []).map(({ currency, amount }) => ({
      label: `Least fee of a month, ${currency}`,
      value: money(amount, currency),
    })),
  ];
}

const inCurrency = ({ currency }: CurrencyRate): string => currency ?? 'other currencies';

function rated({ rate, currency, floorAmount, capAmount }: CurrencyRate): string {
  return [
    rateText(rate, currency),
    ...(floorAmount === null || floorAmount === undefined
      ? []
      : [`at least ${money(floorAmount, currency)}`]),
    ...(capAmount === null || capAmount === undefined
      ? []
      : [`at most ${money(capAmount, currency)}`]),
  ].join(', ');
}

function rateText(rate: Rate, currency: string | null | undefined): string {
  switch (rate.kind) {
    case 'percentage':
      return percent(rate.bps);
    case 'flat':
      return money(rate.amount, currency);
    case 'brackets':
      return `by the order: ${steps(rate.brackets, (edge) => money(edge, currency), currency)}`;
    case 'tiers': {
      const edge =
        rate.measure === 'volume' ? (n: number) => money(n, currency) : (n: number) => String(n);
      const of = rate.period === 'all' ? 'ever' : `of the ${rate.period}`;
      const whole = rate.mode === 'whole' ? ', for all of it' : ', for what lies within';
      return `by ${rate.measure} ${of}${whole}: ${steps(rate.tiers, edge, currency)}`;
    }
  }
}

const steps = (
  given: readonly { from: number; rate: Rate }[],
  edge: (at: number) => string,
  currency: string | null | undefined,
): string =>
  given.map(({ from, rate }) => `from ${edge(from)} ${rateText(rate, currency)}`).join('; ');

const limit = (label: string, { currency, amount, method, country }: Limit): TermLine => ({
  label: [label, currency, method, country].filter(Boolean).join(', '),
  value: money(amount, currency),
});

function frequencyText(frequency: NonNullable<Terms['frequency']>): string {
  switch (frequency.every) {
    case 'day':
      return 'each day';
    case 'week':
    case 'fortnight': {
      const on = frequency.weekday ? `, ${weekdayName(frequency.weekday)}` : '';
      return `each ${frequency.every}${on}`;
    }
    case 'month':
      return `each month${frequency.day ? `, day ${frequency.day}` : ''}`;
    case 'manual':
      return 'by hand only';
  }
}

/** Something that two versions say, or one of them. */
export interface TermDifference {
  label: string;
  before: string | null;
  after: string | null;
  changed: boolean;
}

/** Two versions line by line. */
export function compareTerms(before: Terms, after: Terms): TermDifference[] {
  const [old, now] = [before, after].map(
    (terms) => new Map(termLines(terms).map(({ label, value }) => [label, value])),
  );
  const labels = new Set([...(now?.keys() ?? []), ...(old?.keys() ?? [])]);
  return [...labels].map((label) => {
    const was = old?.get(label) ?? null;
    const is = now?.get(label) ?? null;
    return { label, before: was, after: is, changed: was !== is };
  });
}
