import type { AmountLimits } from './eligibility.ts';
import type { PayoutLimit } from './rules/terms.ts';

/** More payments than this are not made of one amount: a maximum that small is a mistake. */
export const PARTS_MAX = 1_000;

/** What a limit is looked for: a currency, the provider, and what is known of the payee. */
export interface PaidWhere {
  currency: string;
  provider: string;
  /** The bank or wallet inside the provider. */
  channelCode: string | null;
  country: string;
}

/**
 * The most particular limit that fits, null where none does: by channel before by provider before by
 * country before by currency alone. Of two that are alike the first one decides.
 */
export function fittingLimit(limits: readonly PayoutLimit[], where: PaidWhere): PayoutLimit | null {
  let best: PayoutLimit | null = null;
  let bestRank = -1;
  for (const limit of limits) {
    const rank = rankOf(limit, where);
    if (rank > bestRank) [best, bestRank] = [limit, rank];
  }
  return best;
}

/** How particular a limit is that fits; -1 for one that does not. */
function rankOf(limit: PayoutLimit, where: PaidWhere): number {
  if (limit.currency !== where.currency) return -1;
  if (limit.country !== null && limit.country !== where.country) return -1;
  const byCountry = limit.country === null ? 0 : 1;
  if (limit.method === null) return byCountry;
  if (limit.method === where.channelCode) return 4 + byCountry;
  return limit.method === where.provider ? 2 + byCountry : -1;
}

/**
 * The amounts of the payments that an amount is paid in: one where it fits, else equal parts of at
 * most `maximumMinor` that differ by at most one increment. Null where such parts are not possible:
 * too small for the provider, or more than `PARTS_MAX`. The amount is a multiple of the increment.
 */
export function paymentParts(
  amountMinor: bigint,
  maximumMinor: bigint,
  limits: AmountLimits,
): bigint[] | null {
  const step = limits.incrementMinor;
  const most = maximumMinor < limits.maximumMinor ? maximumMinor : limits.maximumMinor;
  if (amountMinor <= most) return [amountMinor];
  const part = (most / step) * step;
  if (part <= 0n) return null;
  const count = (amountMinor + part - 1n) / part;
  const units = amountMinor / step;
  if (count > BigInt(PARTS_MAX) || (units / count) * step < limits.minimumMinor) return null;
  return Array.from(
    { length: Number(count) },
    (_, place) => (units / count + (BigInt(place) < units % count ? 1n : 0n)) * step,
  );
}
