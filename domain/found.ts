import type { LookupResult } from './outcome.ts';

/** What a look-up found, where the provider said something definite about the payment. */
export type Found = Extract<
  LookupResult,
  {
    kind:
      'ACCEPTED' | 'SETTLED' | 'PARTLY_RETURNED' | 'FAILED_RETRYABLE' | 'FAILED_FINAL' | 'RETURNED';
  }
>;

const DEFINITE: ReadonlySet<LookupResult['kind']> = new Set<Found['kind']>([
  'ACCEPTED',
  'SETTLED',
  'PARTLY_RETURNED',
  'FAILED_RETRYABLE',
  'FAILED_FINAL',
  'RETURNED',
]);

/** Whether a look-up was answered with where the payment stands; anything else leaves it as it is. */
export const isFound = (result: LookupResult | undefined): result is Found =>
  result !== undefined && DEFINITE.has(result.kind);

/** Doubt that another look does not lift: the provider answered, in words that are not ours to act on. */
const UNCLEAR: ReadonlySet<string> = new Set([
  'unknown_status',
  'answer_mismatch',
  'two_transfers_for_one_reference',
]);

/** Whether the provider was reached and its answer leaves the payment for a person. */
export const isUnclear = (result: LookupResult | undefined): boolean =>
  result?.kind === 'AMBIGUOUS' && UNCLEAR.has(result.code);
