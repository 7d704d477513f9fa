import { currencyDigits } from '../currency.ts';
import { formatMoney } from '../money.ts';
import { EXACT_UNITS, type RatedPart } from './rate.ts';
import type { Rate, SimpleRate, Step, TierPeriod, TierRate } from './terms.ts';

const PERIODS: Record<TierPeriod, string> = {
  month: 'in its month',
  quarter: 'in its quarter',
  year: 'in its year',
  all: 'since the first',
};

/** What the tiers go by, in a sentence; the measure as in an earning. */
export function describeMeasure(tiers: TierRate, measure: bigint, currency: string): string {
  const period = PERIODS[tiers.period];
  if (tiers.measure === 'count') {
    return tiers.mode === 'marginal'
      ? `It is conversion number ${grouped(measure + 1n)} in ${currency} ${period}.`
      : `The number of conversions ${period} in ${currency} is ${grouped(measure)}.`;
  }
  return tiers.mode === 'marginal'
    ? `The conversions before it ${period} come to ${formatMoney(measure, currency)}.`
    : `All conversions ${period} come to ${formatMoney(measure, currency)}.`;
}

/** The rate of a part and what it comes to, in a sentence. */
export function describePart(rate: Rate, part: RatedPart, currency: string): string {
  const where = part.step === null ? '' : `${placeOf(rate, part.step, currency)}: `;
  const what = arithmeticOf(part.rate, part, currency);
  return `${where}${where === '' ? capital(what) : what}.`;
}

function placeOf(rate: Rate, step: Step, currency: string): string {
  const isCount = rate.kind === 'tiers' && rate.measure === 'count';
  if (isCount && rate.mode === 'marginal') {
    return step.to === null
      ? `From conversion number ${grouped(step.from + 1n)} on`
      : `From conversion number ${grouped(step.from + 1n)} to ${grouped(step.to)}`;
  }
  const edge = (at: bigint): string => (isCount ? counted(at) : formatMoney(at, currency));
  const what = rate.kind === 'tiers' && !isCount ? 'volume' : isCount ? 'a number' : 'amounts';
  return step.to === null
    ? `For ${what} from ${edge(step.from)} on`
    : `For ${what} from ${edge(step.from)} to below ${edge(step.to)}`;
}

const arithmeticOf = (rate: SimpleRate, part: RatedPart, currency: string): string =>
  rate.kind === 'flat'
    ? `a flat ${formatMoney(rate.amountMinor, currency)}`
    : `${percent(rate.bps)} of ${formatMoney(part.amountMinor, currency)} is ${exactMoney(part.exact, currency)}`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const counted = (count: bigint): string =>
  count === 1n ? '1 conversion' : `${grouped(count)} conversions`;

const grouped = (count: bigint): string => count.toLocaleString('en-US');

/** 1,250 basis points are `12.5%`. */
const percent = (bps: number): string => `${bps / 100}%`;

/** An exact result, with the decimals below a minor unit that it has: `USD 5.1234`. */
export function exactMoney(exact: bigint, currency: string): string {
  const money = formatMoney(exact / EXACT_UNITS, currency);
  const rest = exact % EXACT_UNITS;
  if (rest === 0n) return money;
  const decimals = rest.toString().padStart(4, '0').replace(/0+$/, '');
  return currencyDigits(currency) === 0 ? `${money}.${decimals}` : `${money}${decimals}`;
}
