/**
 * States of an attempt, one generation of a payment's submission.
 * - SENDING: the intent is written; the call may or may not have gone out.
 * - DEFERRED: surely nothing was created; the same key will be sent again.
 * - ACCEPTED: the provider holds it; its end comes by webhook or polling.
 * - UNKNOWN: nobody can tell whether it was created; only a look-up settles that.
 * - SETTLED, FAILED: closed for good. A new generation is made only after FAILED.
 */
export const ATTEMPT_STATES = [
  'SENDING',
  'DEFERRED',
  'ACCEPTED',
  'UNKNOWN',
  'SETTLED',
  'FAILED',
] as const;

/** Wait before the next send, after so many failed ones: 1 s, 2 s, 4 s. */
export const retryDelayMs = (failures: number): number => 1_000 * 2 ** Math.max(0, failures - 1);
