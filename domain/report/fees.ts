import type { Bucket } from './period.ts';

/** Lines of one account in one bucket, which is told by its place. */
interface AccountSum {
  bucket: number;
  account: string;
  currency: string;
  debit_minor: bigint;
  credit_minor: bigint;
}

interface FeeSum {
  bucket: number;
  currency: string;
  amount_minor: bigint;
}

/** Fees and tax of one currency in one month, in minor units. */
export interface FeesAndTax {
  bucket: Bucket;
  currency: string;
  feesMinor: bigint;
  feesRefundedMinor: bigint;
  taxMinor: bigint;
  taxRefundedMinor: bigint;
  minimumFeesMinor: bigint;
}

/** A row for each currency that occurs and each bucket, by currency and time; zeros where nothing was. */
export function feesOf(
  buckets: readonly Bucket[],
  lines: readonly AccountSum[],
  minimumFees: readonly FeeSum[],
): FeesAndTax[] {
  const currencies = new Set([...lines, ...minimumFees].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) =>
    buckets.map((bucket, place) => {
      const here = <Sum extends { bucket: number; currency: string }>(sums: readonly Sum[]) =>
        sums.filter((sum) => sum.bucket === place && sum.currency === currency);
      const of = (account: string, side: 'debit_minor' | 'credit_minor'): bigint =>
        here(lines).reduce((sum, line) => sum + (line.account === account ? line[side] : 0n), 0n);
      return {
        bucket,
        currency,
        feesMinor: of('platform_revenue', 'credit_minor'),
        feesRefundedMinor: of('platform_revenue', 'debit_minor'),
        taxMinor: of('tax_payable', 'credit_minor'),
        taxRefundedMinor: of('tax_payable', 'debit_minor'),
        minimumFeesMinor: here(minimumFees).reduce((sum, fee) => sum + fee.amount_minor, 0n),
      };
    }),
  );
}
