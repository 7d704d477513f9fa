import type { Outcome } from '../../domain/outcome.ts';
import type { CallResult } from '../http.ts';
import { failedOutcome, ruleOf, toFailure } from '../taxonomy.ts';
import { MOCK_FAILURES } from './failures.ts';
import { errorSchema, readJson, type Payout } from './wire.ts';

/** What an answer is compared with: a transfer that is not what we ordered is never taken for ours. */
export interface Ordered {
  reference: string;
  amountMinor: bigint;
  currency: string;
}

/** A payout as told by the provider, as an outcome of the order it is said to answer. */
export function payoutOutcome(payout: Payout, ordered: Ordered): Outcome {
  const matches =
    payout.reference === ordered.reference &&
    BigInt(payout.amount) === ordered.amountMinor &&
    payout.currency === ordered.currency;
  if (!matches) return { kind: 'AMBIGUOUS', code: 'answer_mismatch' };
  const providerPaymentId = payout.id;
  switch (payout.status) {
    case 'accepted':
      return { kind: 'ACCEPTED', providerPaymentId };
    case 'settled':
      return { kind: 'SETTLED', providerPaymentId };
    case 'failed':
      return failedOutcome(MOCK_FAILURES, payout.failureCode ?? 'failed', providerPaymentId);
    case 'cancelled':
      return failedOutcome(MOCK_FAILURES, 'cancelled', providerPaymentId);
    case 'returned':
      return {
        kind: 'RETURNED',
        failure: toFailure(MOCK_FAILURES, payout.failureCode ?? 'returned'),
        providerPaymentId,
      };
    default:
      return { kind: 'AMBIGUOUS', code: 'unknown_status' };
  }
}

const HALTS = { 401: 'credentials', 402: 'funds', 403: 'forbidden' } as const;

/** An error in the provider's words. 5xx may have been acted upon; other unknown ones were not. */
export function errorOutcome(
  status: number,
  providerCode: string,
  retryAfterMs: number | null,
): Outcome {
  if (status === 429) {
    return {
      kind: 'RETRY_SAME_KEY',
      code: 'rate_limited',
      burnsRetry: false,
      retryAfterMs: retryAfterMs ?? 1_000,
    };
  }
  if (status === 401 || status === 402 || status === 403) {
    const { retry, operator } = ruleOf(MOCK_FAILURES, providerCode);
    const remedy =
      retry === 'halt' ? operator : 'Look up the reason at the provider, then resume the batch.';
    return { kind: 'HALT_BATCH', code: providerCode, cause: HALTS[status], remedy };
  }
  if (status === 409) return { kind: 'AMBIGUOUS', code: providerCode };
  if (status >= 400 && status < 500) {
    return failedOutcome(MOCK_FAILURES, providerCode, null);
  }
  return { kind: 'AMBIGUOUS', code: `http_${status}` };
}

/** The outcome of a call whose answer holds no payout: an error, or nothing readable. */
export function callOutcome(result: CallResult): Outcome {
  if (result.kind === 'not_sent') {
    return {
      kind: 'RETRY_SAME_KEY',
      code: 'provider_unreachable',
      burnsRetry: false,
      retryAfterMs: null,
    };
  }
  if (result.kind === 'no_answer') return { kind: 'AMBIGUOUS', code: result.code.toLowerCase() };
  const error = readJson(errorSchema, result.text);
  if (result.status < 400 || (error === null && result.status !== 429)) {
    return { kind: 'AMBIGUOUS', code: 'unreadable_answer' };
  }
  return errorOutcome(
    result.status,
    error?.error.code ?? 'rate_limited',
    retryAfterMs(result.headers),
  );
}

function retryAfterMs(headers: Record<string, string>): number | null {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, 300_000) : null;
}
