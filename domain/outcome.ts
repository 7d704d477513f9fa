/**
 * What a provider says about an attempt, in our words. An adapter returns
 * one of these for each payment and never throws a raw transport error upward.
 */
export type Outcome =
  /** The provider holds it; the end comes by webhook or polling. */
  | { kind: 'ACCEPTED'; providerPaymentId: string }
  /** Final success. */
  | { kind: 'SETTLED'; providerPaymentId: string }
  /**
   * Surely nothing was created: the same key may be sent again. A rate limit or an unreachable
   * provider is nobody's failure and burns no retry.
   */
  | { kind: 'RETRY_SAME_KEY'; code: string; burnsRetry: boolean; retryAfterMs: number | null }
  /** It may have been created: look it up before anything else. */
  | { kind: 'AMBIGUOUS'; code: string }
  /** A definite failure that may heal later, with a new generation. */
  | {
      kind: 'FAILED_RETRYABLE';
      failure: Failure;
      providerPaymentId: string | null;
      retry: LaterRetry;
    }
  /** A definite failure of this payment. */
  | { kind: 'FAILED_FINAL'; failure: Failure; providerPaymentId: string | null }
  /** Money came back after success. */
  | { kind: 'RETURNED'; failure: Failure; providerPaymentId: string }
  /** Part of the money came back after success; so much in all, up to now. */
  | { kind: 'PARTLY_RETURNED'; providerPaymentId: string; returnedMinor: bigint }
  /** Nothing was created and nothing else will be until a person or a top-up helps. */
  | { kind: 'HALT_BATCH'; code: string; cause: HaltCause; remedy: string };

/**
 * Why a provider takes nothing more. `funds` and `credentials` pass by themselves once the balance can
 * be read and suffices; `forbidden` needs a person.
 */
export const HALT_CAUSES = ['funds', 'credentials', 'forbidden'] as const;
export type HaltCause = (typeof HALT_CAUSES)[number];

/** When a definite failure is tried again by itself, and how often; null: as often as it takes. */
export interface LaterRetry {
  afterMs: number;
  times: number | null;
}

/** A failure in the provider's word and in ours, with what each side can do about it. */
export interface Failure {
  /** Our code, stable over providers. */
  code: string;
  /** The provider's own word, for its support. */
  providerCode: string;
  /** What the payee can do. */
  payeeRemedy: string;
  /** What the operator can do. */
  operatorRemedy: string;
  /** The account cannot receive money until somebody corrects it: nothing more is sent to it. */
  blocksAccount?: boolean;
}

/** What a look-up by our reference found. `ABSENT` is the provider's word, not yet a verdict. */
export type LookupResult = Outcome | { kind: 'ABSENT' };
