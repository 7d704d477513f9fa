import { AMOUNT_MINOR_MAX } from '../limits.ts';
import type {
  CurrencyRate,
  FeeTerms,
  Rate,
  Rounding,
  SimpleRate,
  Step,
  TierRate,
} from './terms.ts';

/** Exact results are whole numbers of ten-thousandths of a minor unit: one basis point of one unit. */
export const EXACT_UNITS = 10_000n;

/** A part of an amount and the rate that it bears; `step` is the tier or bracket, null without any. */
export interface RatedPart {
  step: Step | null;
  rate: SimpleRate;
  amountMinor: bigint;
  /** In ten-thousandths of a minor unit. */
  exact: bigint;
}

/** The entry for a currency: its own before that for all others; null where there is neither. */
export function rateOf(
  rates: readonly CurrencyRate[] | null | undefined,
  currency: string,
): CurrencyRate | null {
  let rest: CurrencyRate | null = null;
  for (const rate of rates ?? []) {
    if (rate.currency === currency) return rate;
    if (rate.currency === null) rest = rate;
  }
  return rest;
}

/**
 * What an amount comes to, exactly, in ten-thousandths of a minor unit; nothing is rounded here.
 * `measure` is what came before in the period for marginal tiers, what the whole period comes to for
 * whole ones, and nothing else looks at it. `seen` is told each part.
 *
 * - Brackets: the one that holds the amount decides all of it.
 * - Whole tiers: the one that holds the measure decides all of it.
 * - Marginal tiers by count: the n-th conversion of the period bears the tier with from < n <= to.
 * - Marginal tiers by volume: the part of the amount between the edges of a tier bears its rate. A
 *   flat rate says nothing about a part, so `termsProblems` refuses one there.
 */
export function exactly(
  rate: Rate,
  amountMinor: bigint,
  measure: bigint,
  seen?: (part: RatedPart) => void,
): bigint {
  if (rate.kind === 'brackets') {
    return stepExactly(stepOf(rate.brackets, amountMinor), amountMinor, seen);
  }
  if (rate.kind !== 'tiers') return simply(null, rate, amountMinor, seen);
  if (rate.mode === 'marginal' && rate.measure === 'volume') {
    return byParts(rate, amountMinor, measure, seen);
  }
  return stepExactly(stepOf(rate.tiers, measure), amountMinor, seen);
}

/** The amount from `measure` on, cut at the edges of the tiers. */
function byParts(
  { tiers }: TierRate,
  amountMinor: bigint,
  measure: bigint,
  seen?: (part: RatedPart) => void,
): bigint {
  const endMinor = measure + amountMinor;
  let exact = 0n;
  for (const tier of tiers) {
    if (endMinor <= tier.from) break;
    if (tier.to !== null && tier.to <= measure) continue;
    const from = measure > tier.from ? measure : tier.from;
    const to = tier.to !== null && tier.to < endMinor ? tier.to : endMinor;
    exact += simply(tier, tier.rate, to - from, seen);
  }
  return exact;
}

const stepExactly = (
  step: Step | null,
  amountMinor: bigint,
  seen?: (part: RatedPart) => void,
): bigint => (step === null ? 0n : simply(step, step.rate, amountMinor, seen));

function simply(
  step: Step | null,
  rate: SimpleRate,
  amountMinor: bigint,
  seen?: (part: RatedPart) => void,
): bigint {
  const exact =
    rate.kind === 'flat' ? rate.amountMinor * EXACT_UNITS : amountMinor * BigInt(rate.bps);
  seen?.({ step, rate, amountMinor, exact });
  return exact;
}

/** The step with from <= at < to. Steps that are valid have exactly one. */
function stepOf(steps: readonly Step[], at: bigint): Step | null {
  for (const step of steps) if (step.to === null || at < step.to) return step;
  return null;
}

/** Settles the fraction of an exact result, which is not negative, to whole minor units. */
export function rounded(exact: bigint, rounding: Rounding): bigint {
  const whole = exact / EXACT_UNITS;
  const rest = exact - whole * EXACT_UNITS;
  if (rest === 0n) return whole;
  switch (rounding) {
    case 'down':
      return whole;
    case 'up':
      return whole + 1n;
    case 'half_up':
      return rest * 2n >= EXACT_UNITS ? whole + 1n : whole;
    case 'half_even':
      if (rest * 2n === EXACT_UNITS) return whole + (whole & 1n);
      return rest * 2n > EXACT_UNITS ? whole + 1n : whole;
  }
}

/**
 * Floor and cap of an entry on what is rounded. Of an amount of 0, as of a lead, there is no floor,
 * so it earns by a flat rate alone.
 */
export function bounded(entry: CurrencyRate, amountMinor: bigint, ratedMinor: bigint): bigint {
  let result = ratedMinor;
  if (entry.floorMinor !== null && amountMinor > 0n && result < entry.floorMinor) {
    result = entry.floorMinor;
  }
  if (entry.capMinor !== null && result > entry.capMinor) result = entry.capMinor;
  return result < AMOUNT_MINOR_MAX ? result : AMOUNT_MINOR_MAX;
}

/** What an amount comes to in whole minor units: all exact parts together rounded once, then floor, then cap. */
export const rateAmount = (
  entry: CurrencyRate,
  amountMinor: bigint,
  measure: bigint,
  rounding: Rounding,
): bigint =>
  bounded(entry, amountMinor, rounded(exactly(entry.rate, amountMinor, measure), rounding));

/** What of a fee is kept, and what is left of the gross: a fee that the payee bears is at most the gross. */
export function netOf(
  grossMinor: bigint,
  feeMinor: bigint,
  bearer: FeeTerms['bearer'] | undefined,
): { feeMinor: bigint; netMinor: bigint } {
  if (bearer !== 'payee') return { feeMinor, netMinor: grossMinor };
  const keptMinor = feeMinor < grossMinor ? feeMinor : grossMinor;
  return { feeMinor: keptMinor, netMinor: grossMinor - keptMinor };
}
