import { formatAmount } from '../../lib/currency.ts';
import type { Terms } from './queries.ts';

type TermsJson = Terms['terms'];
type CurrencyRate = NonNullable<TermsJson['commission']>[number];
type Rate = CurrencyRate['rate'];
type Step = Extract<Rate, { kind: 'brackets' }>['brackets'][number];

/** One section of terms in words. */
export interface TermLines {
  section: keyof TermsJson;
  label: string;
  lines: string[];
}

const isGiven = <Value>(value: Value | null | undefined): value is Value =>
  value !== null && value !== undefined;

const money = (amount: number, currency: string | null | undefined): string =>
  currency ? `${formatAmount(amount, currency)} ${currency}` : `${amount} minor units`;

/** Basis points: 10,000 are the whole. */
const percent = (bps: number): string => `${bps / 100} %`;

const plainRate = (rate: Step['rate'], currency: string | null | undefined): string =>
  rate.kind === 'percentage' ? percent(rate.bps) : money(rate.amount, currency);

function rateText(rate: Rate, currency: string | null | undefined): string {
  const step = (measure: 'volume' | 'count') => (each: Step) => {
    const at = (n: number) => (measure === 'count' ? String(n) : money(n, currency));
    const to = isGiven(each.to) ? `${at(each.from)} to ${at(each.to)}` : `from ${at(each.from)}`;
    return `${to}: ${plainRate(each.rate, currency)}`;
  };
  switch (rate.kind) {
    case 'percentage':
    case 'flat':
      return plainRate(rate, currency);
    case 'brackets':
      return rate.brackets.map(step('volume')).join('; ');
    case 'tiers':
      return `by ${rate.measure} of the ${rate.period}, ${rate.mode}: ${rate.tiers.map(step(rate.measure)).join('; ')}`;
  }
}

const rateLine = ({ currency, rate, floorAmount, capAmount }: CurrencyRate): string =>
  [
    `${currency ?? 'all others'}: ${rateText(rate, currency)}`,
    ...(isGiven(floorAmount) ? [`at least ${money(floorAmount, currency)}`] : []),
    ...(isGiven(capAmount) ? [`at most ${money(capAmount, currency)}`] : []),
  ].join(', ');

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function frequencyText(frequency: NonNullable<TermsJson['frequency']>): string {
  switch (frequency.every) {
    case 'manual':
      return 'by hand';
    case 'day':
      return 'every day';
    case 'month':
      return `every month${isGiven(frequency.day) ? `, on day ${frequency.day}` : ''}`;
    case 'week':
    case 'fortnight': {
      const day = isGiven(frequency.weekday) ? DAYS[frequency.weekday - 1] : undefined;
      return `every ${frequency.every}${day === undefined ? '' : `, on ${day}`}`;
    }
  }
}

type Limits = NonNullable<NonNullable<TermsJson['payout']>['minimums']>;
const limitLines = (word: string, limits: Limits = []): string[] =>
  limits.map(({ currency, amount, method, country }) =>
    [`${word} ${money(amount, currency)}`, method && `by ${method}`, country && `in ${country}`]
      .filter((each) => isGiven(each) && each !== '')
      .join(' '),
  );

function eligibilityLines(given: NonNullable<TermsJson['eligibility']>): string[] {
  const { attributionDays, orderWindowDays, customerWindowDays, minimumOrders = [] } = given;
  return [
    ...(isGiven(attributionDays) ? [`within ${attributionDays} days of the click`] : []),
    ...(isGiven(orderWindowDays) ? [`orders within ${orderWindowDays} days`] : []),
    ...(isGiven(customerWindowDays) ? [`a customer counts for ${customerWindowDays} days`] : []),
    ...minimumOrders.map(({ amount, currency }) => `orders from ${money(amount, currency)}`),
    ...(given.selfReferral === 'allow' ? ['own orders count'] : ['own orders do not count']),
  ];
}

/** Terms in words, section by section; what is not decided is left out. */
export function termLines(terms: TermsJson): TermLines[] {
  const { eligibility, commission, fee, rounding, holdingDays, payout, frequency } = terms;
  const lines: TermLines[] = [
    {
      section: 'eligibility',
      label: 'What counts',
      lines: eligibility ? eligibilityLines(eligibility) : [],
    },
    { section: 'commission', label: 'Commission', lines: (commission ?? []).map(rateLine) },
    {
      section: 'fee',
      label: 'Fees',
      lines: fee
        ? [
            ...(fee.rates.length > 0 ? [`borne by the ${fee.bearer}`] : []),
            ...fee.rates.map(rateLine),
            ...(fee.monthlyMinimums ?? []).map(
              ({ amount, currency }) => `at least ${money(amount, currency)} a month`,
            ),
          ]
        : [],
    },
    {
      section: 'rounding',
      label: 'Rounding',
      lines: rounding ? [rounding.replaceAll('_', ' ')] : [],
    },
    {
      section: 'holdingDays',
      label: 'Matures after',
      lines: holdingDays === undefined ? [] : [`${holdingDays} days`],
    },
    {
      section: 'payout',
      label: 'Payout',
      lines: [
        ...limitLines('from', payout?.minimums),
        ...limitLines('in parts above', payout?.maximums),
      ],
    },
    {
      section: 'frequency',
      label: 'How often',
      lines: frequency ? [frequencyText(frequency)] : [],
    },
  ];
  return lines.filter((each) => each.lines.length > 0);
}
