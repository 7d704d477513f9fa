import { formatMoney } from '../money.ts';
import { INELIGIBLE_REASONS, type ConversionFacts, type IneligibleCode } from './conversion.ts';
import type { Earning, WhyStep } from './conversion.ts';
import { DEFAULT_ELIGIBILITY } from './effective.ts';
import { describeMeasure, describePart, exactMoney } from './rate-words.ts';
import { bounded, exactly, EXACT_UNITS, rateOf, rounded, type RatedPart } from './rate.ts';
import { tiersOf } from './tallies.ts';
import type { CurrencyRate, EffectiveTerms, Rounding } from './terms.ts';

/** A conversion as it stands, the terms that decided about it, and what was decided. */
export interface Explained {
  conversion: Pick<ConversionFacts, 'currency' | 'amountMinor' | 'occurredAt' | 'clickedAt'>;
  terms: EffectiveTerms | null;
  earning: Earning;
}

/**
 * How an earning came about, step by step, each in a sentence with its figures: what counted, what
 * the tiers went by, each part with its arithmetic, rounding, floor and cap, then the fee in the same
 * way, and what is left; or why nothing is earned. The last step holds the net. No other conversion
 * is needed for it.
 */
export function explainEarning({ conversion, terms, earning }: Explained): WhyStep[] {
  const { currency, amountMinor } = conversion;
  const steps = [
    stepOf('amount', `The conversion is of ${formatMoney(amountMinor, currency)}.`, amountMinor),
  ];
  if (earning.code !== null) {
    const text = sentenceOf(earning.code, conversion, terms);
    return [...steps, stepOf(earning.code, text, null), netStep(currency, 0n)];
  }
  const { countedMinor } = earning;
  if (countedMinor < amountMinor) {
    const reversed = formatMoney(amountMinor - countedMinor, currency);
    const text = `${reversed} of it was given back, so ${formatMoney(countedMinor, currency)} counts.`;
    steps.push(stepOf('counted', text, countedMinor));
  }
  const commission = rateOf(terms?.commission, currency);
  const rounding = terms?.rounding ?? 'half_up';
  if (commission !== null) {
    const measure = earning.commissionMeasure;
    const given = { prefix: '', currency, countedMinor, measure, rounding };
    steps.push(...rateSteps(commission, given));
  }
  return [
    ...steps,
    ...feeSteps(terms, rounding, currency, earning),
    netStep(currency, earning.netMinor),
  ];
}

const stepOf = (step: string, text: string, amountMinor: bigint | null): WhyStep => ({
  step,
  text,
  amountMinor,
});

const netStep = (currency: string, netMinor: bigint): WhyStep =>
  stepOf('net', `The affiliate earns ${formatMoney(netMinor, currency)}.`, netMinor);

/** The reason in words, with the limit that it hit. */
function sentenceOf(
  code: IneligibleCode,
  { currency, occurredAt, clickedAt }: Explained['conversion'],
  terms: EffectiveTerms | null,
): string {
  const eligibility = terms?.eligibility ?? DEFAULT_ELIGIBILITY;
  if (code === 'outside_attribution_window' && eligibility.attributionDays !== null) {
    return clickedAt !== null && clickedAt > occurredAt
      ? 'The click came after the conversion.'
      : `The click came more than ${days(eligibility.attributionDays)} before the conversion.`;
  }
  if (code === 'duplicate_order' && eligibility.orderWindowDays !== null) {
    return `The same order came less than ${days(eligibility.orderWindowDays)} before.`;
  }
  if (code === 'duplicate_customer' && eligibility.customerWindowDays !== null) {
    return `The same customer came less than ${days(eligibility.customerWindowDays)} before.`;
  }
  const least = eligibility.minimumOrders.find((minimum) => minimum.currency === currency);
  if (code === 'below_minimum_order' && least) {
    return `The least order that counts is ${formatMoney(least.amountMinor, currency)}.`;
  }
  return INELIGIBLE_REASONS[code];
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

interface Reckoned {
  /** Of the names of the steps: none for the commission, `fee_` for the fee. */
  prefix: string;
  currency: string;
  countedMinor: bigint;
  measure: bigint;
  rounding: Rounding;
}

/** From what the tiers go by to floor and cap. */
function rateSteps(entry: CurrencyRate, given: Reckoned): WhyStep[] {
  const { prefix, currency, countedMinor, measure } = given;
  const steps: WhyStep[] = [];
  const tiers = tiersOf(entry);
  if (tiers !== null) {
    const amountMinor = tiers.measure === 'volume' ? measure : null;
    steps.push(stepOf(`${prefix}measure`, describeMeasure(tiers, measure, currency), amountMinor));
  }
  const parts: RatedPart[] = [];
  const exact = exactly(entry.rate, countedMinor, measure, (part) => parts.push(part));
  for (const part of parts) {
    const amountMinor = part.exact % EXACT_UNITS === 0n ? part.exact / EXACT_UNITS : null;
    steps.push(stepOf(`${prefix}rate`, describePart(entry.rate, part, currency), amountMinor));
  }
  return [...steps, ...settledSteps(entry, exact, parts.length, given)];
}

const ROUNDED: Record<Rounding, string> = {
  half_up: 'rounded half up',
  half_even: 'rounded half to even',
  down: 'rounded down',
  up: 'rounded up',
};

/** The sum of the parts, rounded, then floor and cap; only what changes something. */
function settledSteps(
  entry: CurrencyRate,
  exact: bigint,
  parts: number,
  { prefix, currency, countedMinor, rounding }: Reckoned,
): WhyStep[] {
  const steps: WhyStep[] = [];
  const ratedMinor = rounded(exact, rounding);
  const rated = formatMoney(ratedMinor, currency);
  if (exact % EXACT_UNITS !== 0n) {
    const text = `${parts > 1 ? 'Together ' : ''}${exactMoney(exact, currency)}, ${ROUNDED[rounding]}, is ${rated}.`;
    steps.push(stepOf(`${prefix}rounding`, text, ratedMinor));
  } else if (parts > 1) {
    steps.push(stepOf(`${prefix}sum`, `Together that is ${rated}.`, ratedMinor));
  }
  const boundMinor = bounded(entry, countedMinor, ratedMinor);
  if (boundMinor !== ratedMinor) {
    const bound = formatMoney(boundMinor, currency);
    const [name, text] =
      boundMinor > ratedMinor
        ? ['floor', `At least ${bound} is taken for one conversion, so it is ${bound}.`]
        : ['cap', `At most ${bound} is taken for one conversion, so it is ${bound}.`];
    steps.push(stepOf(`${prefix}${name}`, text, boundMinor));
  }
  return steps;
}

function feeSteps(
  terms: EffectiveTerms | null,
  rounding: Rounding,
  currency: string,
  earning: Earning,
): WhyStep[] {
  const entry = rateOf(terms?.fee?.rates, currency);
  if (entry === null) return [];
  const { countedMinor, feeMeasure: measure, grossMinor, feeMinor, netMinor } = earning;
  const [gross, fee, net] = [grossMinor, feeMinor, netMinor].map((minor) =>
    formatMoney(minor, currency),
  );
  const text =
    terms?.fee?.bearer === 'payee'
      ? `Of ${gross} the fee takes ${fee}, never more than there is; ${net} is left.`
      : `The fee of ${fee} is borne by the platform; nothing of ${gross} is taken.`;
  return [
    stepOf('gross', `The commission is ${gross} before the fee.`, grossMinor),
    ...rateSteps(entry, { prefix: 'fee_', currency, countedMinor, measure, rounding }),
    stepOf('fee', text, feeMinor),
  ];
}
