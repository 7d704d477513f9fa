import type { ErrorDetail } from '../errors.ts';
import { problem, tooMany, wrongAmount, wrongBps } from './wrong.ts';
import type { CurrencyRate, Rate, SimpleRate, Step, TierRate } from './terms.ts';

const STEPS_MAX = 100;
const NEEDS_CURRENCY = 'is an amount, so the entry needs a currency';

/** What is wrong with the rate, floor and cap of an entry, by the names of their fields in the API. */
export function* rateProblems(path: string, entry: CurrencyRate): Generator<ErrorDetail> {
  const { currency, rate, floorMinor, capMinor } = entry;
  yield* ratesProblems(`${path}.rate`, rate, currency === null);
  for (const [name, amountMinor] of [
    ['floorAmount', floorMinor],
    ['capAmount', capMinor],
  ] as const) {
    yield* problem(`${path}.${name}`, wrongAmount(amountMinor));
    if (currency === null && amountMinor !== null) {
      yield { path: `${path}.${name}`, reason: NEEDS_CURRENCY };
    }
  }
  if (floorMinor !== null && capMinor !== null && floorMinor > capMinor) {
    yield { path: `${path}.floorAmount`, reason: 'must not be above capAmount' };
  }
}

function* ratesProblems(path: string, rate: Rate, isForAll: boolean): Generator<ErrorDetail> {
  if (rate.kind === 'tiers') yield* tierProblems(path, rate, isForAll);
  else if (rate.kind === 'brackets') {
    const reason = 'have edges that are amounts, so the entry needs a currency';
    if (isForAll) yield { path: `${path}.brackets`, reason };
    yield* stepProblems(`${path}.brackets`, rate.brackets, isForAll);
  } else yield* simpleProblems(path, rate, isForAll);
}

function* tierProblems(path: string, rate: TierRate, isForAll: boolean): Generator<ErrorDetail> {
  if (isForAll && rate.measure === 'volume') {
    const reason = 'by volume have edges that are amounts, so the entry needs a currency';
    yield { path: `${path}.tiers`, reason };
  }
  yield* stepProblems(`${path}.tiers`, rate.tiers, isForAll);
  if (rate.mode === 'whole' || rate.measure === 'count') return;
  for (const [index, tier] of rate.tiers.entries()) {
    if (tier.rate.kind === 'percentage') continue;
    const reason = 'must be a percentage: a marginal tier by volume rates parts of an amount';
    yield { path: `${path}.tiers.${index}.rate.kind`, reason };
  }
}

function* stepProblems(
  path: string,
  steps: readonly Step[],
  isForAll: boolean,
): Generator<ErrorDetail> {
  if (steps.length === 0) yield { path, reason: 'must hold at least one' };
  yield* problem(path, tooMany(steps.length, STEPS_MAX, 'of them'));
  for (const [index, step] of steps.entries()) {
    const at = `${path}.${index}`;
    yield* problem(`${at}.from`, wrongAmount(step.from) ?? wrongFrom(step, steps[index - 1]));
    yield* problem(`${at}.to`, wrongAmount(step.to) ?? wrongTo(step, index === steps.length - 1));
    yield* simpleProblems(`${at}.rate`, step.rate, isForAll);
  }
}

function wrongFrom(step: Step, before: Step | undefined): string | null {
  if (before === undefined) return step.from === 0n ? null : 'must be 0: the first begins there';
  // The one before must have an end; that is said at its own place.
  if (before.to === null || step.from === before.to) return null;
  return step.from > before.to
    ? 'leaves a gap: it must be what the one before goes to'
    : 'overlaps: it must be what the one before goes to';
}

function wrongTo(step: Step, isLast: boolean): string | null {
  if (isLast) return step.to === null ? null : 'must be left out: the last has no end';
  if (step.to === null) return 'is needed: only the last has no end';
  return step.to > step.from ? null : 'must be above from';
}

function* simpleProblems(
  path: string,
  rate: SimpleRate,
  isForAll: boolean,
): Generator<ErrorDetail> {
  if (rate.kind === 'percentage') return yield* problem(`${path}.bps`, wrongBps(rate.bps));
  yield* problem(`${path}.amount`, wrongAmount(rate.amountMinor));
  if (isForAll) yield { path: `${path}.amount`, reason: NEEDS_CURRENCY };
}
