/** What a period brought an affiliate in one currency, added up. */
export interface AffiliateSums {
  /** Settled in the period, and how many payments that was. */
  paidMinor: bigint;
  paidPayments: number;
  /** Settled in the period before. */
  paidBeforeMinor: bigint;
  /** Payments made in the period, by how they have ended. */
  completed: number;
  failed: number;
  returned: number;
}

/** What follows from the sums. */
export interface AffiliateRates {
  /** Failed of those that ended, COMPLETED, FAILED or RETURNED; null where none did. */
  failureRate: number | null;
  /** A payment that was settled on average, rounded half up to a whole minor unit; null without any. */
  averagePaidMinor: bigint | null;
  /** How much more was settled than in the period before; below zero where it was less. */
  trendMinor: bigint;
}

/** The rates, average and trend of an affiliate. */
export function affiliateRates(sums: AffiliateSums): AffiliateRates {
  const ended = sums.completed + sums.failed + sums.returned;
  return {
    failureRate: ended === 0 ? null : sums.failed / ended,
    averagePaidMinor:
      sums.paidPayments === 0 ? null : roundedHalfUp(sums.paidMinor, BigInt(sums.paidPayments)),
    trendMinor: sums.paidMinor - sums.paidBeforeMinor,
  };
}

/** Of amounts that are not below zero. */
const roundedHalfUp = (amountMinor: bigint, parts: bigint): bigint =>
  (2n * amountMinor + parts) / (2n * parts);
