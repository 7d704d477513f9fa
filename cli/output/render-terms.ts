import { termsJson, type TermsJson } from '../../db/rule-terms.ts';
import { moneyOf } from '../money.ts';
import { pairs } from './table.ts';

type Entry = NonNullable<TermsJson['commission']>[number];
type Rate = Entry['rate'];
type SimpleRate = Extract<Rate, { kind: 'percentage' | 'flat' }>;
type Tiers = Extract<Rate, { kind: 'tiers' }>;
type Steps = Tiers['tiers'];
type Limits = NonNullable<NonNullable<TermsJson['payout']>['minimums']>;

/** Terms for people, a section a line; as JSON where this version of the CLI does not know them. */
export function termsText(terms: Record<string, unknown>): string {
  const read = termsJson.safeParse(terms);
  if (!read.success) return JSON.stringify(terms, null, 2);
  const lines = linesOf(read.data);
  return lines.length === 0 ? 'decides nothing' : pairs(lines);
}

function linesOf(terms: TermsJson): [string, string][] {
  const { commission, fee, eligibility, rounding, holdingDays, payout, frequency } = terms;
  const lines: [string, string][] = [];
  for (const entry of commission ?? []) lines.push(['commission', entryText(entry)]);
  if (commission?.length === 0) lines.push(['commission', 'none']);
  for (const entry of fee?.rates ?? [])
    lines.push(['fee', `${entryText(entry)}, borne by the ${fee?.bearer}`]);
  for (const { currency, amount } of fee?.monthlyMinimums ?? [])
    lines.push(['fees of a month', `at least ${moneyOf(amount, currency)}`]);
  if (fee?.rates.length === 0) lines.push(['fee', `none, borne by the ${fee.bearer}`]);
  if (eligibility) lines.push(['counts', eligibilityText(eligibility)]);
  if (rounding) lines.push(['rounding', rounding]);
  if (holdingDays !== undefined) lines.push(['holding', `${holdingDays} days`]);
  if (payout) lines.push(['payout', payoutText(payout)]);
  if (frequency) lines.push(['frequency', frequencyText(frequency)]);
  return lines;
}

function entryText({ currency, rate, floorAmount, capAmount }: Entry): string {
  const money = (amount: number) => (currency ? moneyOf(amount, currency) : String(amount));
  const limits = [
    typeof floorAmount === 'number' ? `at least ${money(floorAmount)}` : '',
    typeof capAmount === 'number' ? `at most ${money(capAmount)}` : '',
  ].filter(Boolean);
  const text = [rateText(rate, money), ...limits].join(', ');
  return currency ? `${currency}: ${text}` : `any currency: ${text}`;
}

function rateText(rate: Rate, money: (amount: number) => string): string {
  if (rate.kind === 'brackets') return `by its amount ${stepsText(rate.brackets, money, money)}`;
  if (rate.kind !== 'tiers') return simpleText(rate, money);
  const edge = rate.measure === 'count' ? String : money;
  const span = rate.period === 'all' ? 'in all' : `of the ${rate.period}`;
  return `by the ${rate.measure} ${span}, ${rate.mode}: ${stepsText(rate.tiers, edge, money)}`;
}

const stepsText = (
  steps: Steps,
  edge: (value: number) => string,
  money: (amount: number) => string,
): string =>
  steps.map(({ from, rate }) => `from ${edge(from)} ${simpleText(rate, money)}`).join('; ');

const simpleText = (rate: SimpleRate, money: (amount: number) => string): string =>
  rate.kind === 'flat' ? money(rate.amount) : `${rate.bps / 100}%`;

function eligibilityText(terms: NonNullable<TermsJson['eligibility']>): string {
  const { attributionDays, orderWindowDays, customerWindowDays } = terms;
  const days = (what: string, count: number | null | undefined) =>
    typeof count === 'number' ? [`${what} ${count} days`] : [];
  return [
    ...days('clicked within', attributionDays),
    ...days('one order in', orderWindowDays),
    ...days('one customer in', customerWindowDays),
    ...(terms.minimumOrders ?? []).map(
      ({ amount, currency }) => `from ${moneyOf(amount, currency)}`,
    ),
    terms.selfReferral === 'allow'
      ? "the affiliate's own orders too"
      : "not the affiliate's own orders",
  ].join(', ');
}

function payoutText({ minimums = [], maximums = [] }: NonNullable<TermsJson['payout']>): string {
  const text = [...limitTexts('at least', minimums), ...limitTexts('at most', maximums)];
  return text.length === 0 ? 'no limits' : text.join(', ');
}

const limitTexts = (what: string, limits: Limits): string[] =>
  limits.map(({ amount, currency, method, country }) =>
    [what, moneyOf(amount, currency), method && `by ${method}`, country && `in ${country}`]
      .filter(Boolean)
      .join(' '),
  );

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function frequencyText(frequency: NonNullable<TermsJson['frequency']>): string {
  if (frequency.every === 'manual') return 'by hand';
  const weekday = 'weekday' in frequency ? frequency.weekday : null;
  const day = 'day' in frequency ? frequency.day : null;
  return `every ${frequency.every}${onDay(weekday, day)}`;
}

/** Like ` on Monday` or ` on day 31`; empty where no day is named. */
export function onDay(weekday?: number | null, day?: number | null): string {
  if (weekday) return ` on ${WEEKDAYS[weekday - 1] ?? weekday}`;
  return day ? ` on day ${day}` : '';
}
