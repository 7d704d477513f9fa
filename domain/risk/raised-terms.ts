import type { CurrencyRate, PayoutLimit, Rate, Terms } from '../rules/terms.ts';

/**
 * What pays out more, sooner or in larger parts by `after` than by `before`, in words. A section that
 * `after` does not hold is as it was; against nothing, everything that it holds is raised.
 */
export function raisedTerms(before: Terms | null, after: Terms): string[] {
  const was = before ?? {};
  return [
    ...(isMore(was.commission, after.commission) ? ['the commission rate'] : []),
    ...(after.fee && isLess(was.fee?.rates, after.fee.rates) ? ['the fee'] : []),
    ...(after.holdingDays !== undefined && after.holdingDays < (was.holdingDays ?? Infinity)
      ? ['the holding days']
      : []),
    ...(after.payout && largerParts(was.payout?.maximums, after.payout.maximums)
      ? ['the largest payout']
      : []),
  ];
}

type Rates = readonly CurrencyRate[] | undefined;

/** Some currency bears a higher rate, floor or cap. */
function isMore(before: Rates, after: Rates): boolean {
  return (after ?? []).some((rate) => {
    const was = sameCurrency(before, rate);
    if (!was) return true;
    const [bps, flat] = highest(rate.rate);
    const [bpsBefore, flatBefore] = highest(was.rate);
    return (
      bps > bpsBefore ||
      flat > flatBefore ||
      (rate.floorMinor ?? 0n) > (was.floorMinor ?? 0n) ||
      (was.capMinor !== null && (rate.capMinor === null || rate.capMinor > was.capMinor))
    );
  });
}

/** Some currency bears a lower fee, or none any more. */
const isLess = (before: Rates, after: Rates): boolean =>
  (before ?? []).some((was) => {
    const rate = sameCurrency(after, was);
    if (!rate) return true;
    const [bps, flat] = highest(rate.rate);
    const [bpsBefore, flatBefore] = highest(was.rate);
    return bps < bpsBefore || flat < flatBefore;
  });

const sameCurrency = (rates: Rates, { currency }: CurrencyRate): CurrencyRate | undefined =>
  rates?.find((each) => each.currency === currency) ??
  rates?.find((each) => each.currency === null);

/** The highest basis points and the highest flat amount in a rate. */
function highest(rate: Rate): [bps: number, flatMinor: bigint] {
  const simple =
    rate.kind === 'brackets'
      ? rate.brackets.map((step) => step.rate)
      : rate.kind === 'tiers'
        ? rate.tiers.map((step) => step.rate)
        : [rate];
  let [bps, flatMinor] = [0, 0n];
  for (const each of simple) {
    if (each.kind === 'percentage') bps = Math.max(bps, each.bps);
    else if (each.amountMinor > flatMinor) flatMinor = each.amountMinor;
  }
  return [bps, flatMinor];
}

/** A largest payout grew, or is gone. */
const largerParts = (
  before: readonly PayoutLimit[] | undefined,
  after: readonly PayoutLimit[],
): boolean =>
  (before ?? []).some((was) => {
    const limit = after.find(
      (each) =>
        each.currency === was.currency &&
        each.method === was.method &&
        each.country === was.country,
    );
    return !limit || limit.amountMinor > was.amountMinor;
  });
