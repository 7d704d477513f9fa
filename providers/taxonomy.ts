import type { Failure, LaterRetry } from '../domain/outcome.ts';

/**
 * What a provider's failure word means. `retry` is the rule: never by itself; after a wait, so often;
 * or halt, where no payment of the batch can succeed until somebody helps.
 */
export interface FailureRule {
  /** Our code, stable over providers. */
  code: string;
  retry: 'never' | 'halt' | LaterRetry;
  /** The account cannot receive money until its details change. */
  blocksAccount: boolean;
  /** What the payee can do. */
  payee: string;
  /** What the operator can do. */
  operator: string;
}

/** One provider's failure words, each with its rule. */
export type FailureTable = Readonly<Record<string, FailureRule>>;

/** The rule for a word that is in no table: the payment is FAILED, and not tried again by itself. */
export const unknownFailure = (providerCode: string): FailureRule => ({
  code: 'provider_rejected',
  retry: 'never',
  blocksAccount: false,
  payee: 'Contact the sender.',
  operator: `Ask the provider what "${providerCode.slice(0, 60)}" means, then retry.`,
});

/** The rule of a failure word, by its own provider's table. */
export const ruleOf = (table: FailureTable, providerCode: string): FailureRule =>
  (Object.hasOwn(table, providerCode) ? table[providerCode] : undefined) ??
  unknownFailure(providerCode);

/** A failure as outcomes carry it. */
export function toFailure(table: FailureTable, providerCode: string): Failure {
  const { code, payee, operator, blocksAccount } = ruleOf(table, providerCode);
  return { code, providerCode, payeeRemedy: payee, operatorRemedy: operator, blocksAccount };
}

/**
 * A definite failure of a payment as an outcome, by its rule. A word that halts, told about a payment
 * that had been accepted, fails no payment: it is tried again for as long as it takes, and the balance
 * check before each slice does the halting.
 */
export function failedOutcome(
  table: FailureTable,
  providerCode: string,
  providerPaymentId: string | null,
) {
  const { retry } = ruleOf(table, providerCode);
  const failure = toFailure(table, providerCode);
  if (retry === 'never') return { kind: 'FAILED_FINAL', failure, providerPaymentId } as const;
  const again = retry === 'halt' ? { afterMs: HALTED_RETRY_MS, times: null } : retry;
  return { kind: 'FAILED_RETRYABLE', failure, providerPaymentId, retry: again } as const;
}

const HALTED_RETRY_MS = 60_000;
