import type { CaseSeverity } from './case.ts';
import type { LookupResult } from './outcome.ts';
import type { PaymentState } from './payment.ts';

/** What one side says about a transfer, in our words. */
export type SideState = Extract<
  PaymentState,
  'PROCESSING' | 'UNKNOWN' | 'FAILED' | 'COMPLETED' | 'RETURNED'
>;

/** What differs between our books and the provider's list; each is a case of the same kind. */
export const DIFFERENCES = [
  'missing_there',
  'missing_here',
  'amount_differs',
  'status_differs',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/**
 * How an attempt or a listed transfer compares. `open` waits for its end or its verdict and is
 * nobody's mistake; `not_created` failed before the provider made anything.
 */
export const COMPARISONS = ['matched', 'open', 'not_created', ...DIFFERENCES] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Differences looked up by reference before they count, in one run; the rest count as they are listed. */
export const CONFIRMED_DIFFERENCES_MAX = 10_000;
/** Cases that one run opens of each kind; the rest are counted and said. */
export const CASES_PER_KIND_MAX = 1_000;
/** The list is read so much beyond the day, since the provider's clock is not ours. */
export const LIST_MARGIN_MS = 2 * 3_600_000;

/** What a provider's outcome makes of a payment; null where it has none. */
export function theirState(outcome: LookupResult): SideState | null {
  switch (outcome.kind) {
    case 'ABSENT':
      return null;
    case 'ACCEPTED':
      return 'PROCESSING';
    case 'SETTLED':
    case 'PARTLY_RETURNED':
      return 'COMPLETED';
    case 'RETURNED':
      return 'RETURNED';
    case 'FAILED_FINAL':
    case 'FAILED_RETRYABLE':
      return 'FAILED';
    default:
      return 'UNKNOWN';
  }
}

/** One difference, as it is judged and told. */
export interface FoundDifference {
  kind: Difference;
  ours: string | null;
  theirs: string | null;
  /** Whether the reference, or one of its payment, is one that we gave out. */
  ourReference: boolean;
}

/** How bad it is: money that may have moved against our books is the worst. */
export function severityOf({ kind, ours, theirs, ourReference }: FoundDifference): CaseSeverity {
  switch (kind) {
    case 'amount_differs':
      return 'critical';
    case 'missing_here':
      return ourReference ? 'critical' : 'high';
    case 'missing_there':
      return ours === 'COMPLETED' ? 'critical' : 'high';
    default:
      return ours === 'FAILED' && theirs !== 'UNKNOWN' ? 'critical' : 'high';
  }
}

/** One sentence for the list of cases. */
export function summaryOf({ kind, ours, theirs, ourReference }: FoundDifference): string {
  switch (kind) {
    case 'amount_differs':
      return 'The provider has another amount or currency than our books.';
    case 'missing_here':
      return ourReference
        ? 'The provider made a transfer under a reference of ours that our books do not know.'
        : 'The provider lists a transfer that is not ours.';
    case 'missing_there':
      return `Our books say ${ours ?? 'sent'}; the provider does not have the transfer.`;
    default:
      return `Our books say ${ours ?? 'nothing'}, the provider says ${theirs ?? 'nothing'}.`;
  }
}
