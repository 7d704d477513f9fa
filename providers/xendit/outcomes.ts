import type { HaltCause, Outcome } from '../../domain/outcome.ts';
import type { CallResult } from '../http.ts';
import { failedOutcome, ruleOf, toFailure } from '../taxonomy.ts';
import { readExactly } from './exact-json.ts';
import { XENDIT_FAILURES } from './failures.ts';
import { rateNews } from './rate.ts';
import { errorSchema, type Payout } from './wire.ts';

/** What an answer is compared with: a transfer that is not what we ordered is never taken for ours. */
export interface Ordered {
  reference: string;
  amountMinor: bigint;
  currency: string;
}

/** Statuses of a payout that is on its way; READY and LOCKED are those of cash to be collected. */
const ON_ITS_WAY = new Set([
  'ACCEPTED',
  'PENDING_COMPLIANCE_ASSESSMENT',
  'PENDING_COMPLIANCE_REVIEW',
  'ROUTING',
  'REQUESTED',
  'READY',
  'LOCKED',
]);

/** A payout as told by Xendit, as an outcome of the order that it is said to answer. */
export function payoutOutcome(payout: Payout, ordered: Ordered): Outcome {
  const matches =
    payout.reference === ordered.reference &&
    payout.amountMinor === ordered.amountMinor &&
    payout.currency === ordered.currency;
  if (!matches) return { kind: 'AMBIGUOUS', code: 'answer_mismatch' };
  return statusOutcome(payout.status, payout.failureCode, payout.id);
}

/** A status of a payout in our words; one that this version does not know leaves it open. */
export function statusOutcome(
  status: string,
  failureCode: string | null,
  providerPaymentId: string,
): Outcome {
  if (ON_ITS_WAY.has(status)) return { kind: 'ACCEPTED', providerPaymentId };
  switch (status) {
    case 'SUCCEEDED':
      return { kind: 'SETTLED', providerPaymentId };
    case 'FAILED':
      return failedOutcome(XENDIT_FAILURES, failureCode ?? status, providerPaymentId);
    case 'EXPIRED':
    case 'REJECTED':
    case 'COMPLIANCE_REJECTED':
    case 'CANCELLED':
      // The status alone says why: no failure code may turn a "no" into another try.
      return failedOutcome(XENDIT_FAILURES, status, providerPaymentId);
    case 'REVERSED': {
      const isKnown = failureCode !== null && Object.hasOwn(XENDIT_FAILURES, failureCode);
      const failure = toFailure(XENDIT_FAILURES, isKnown ? failureCode : status);
      return { kind: 'RETURNED', failure, providerPaymentId };
    }
    default:
      return { kind: 'AMBIGUOUS', code: 'unknown_status' };
  }
}

/** The outcome of a submission whose answer holds no payout: an error, or nothing readable. */
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
  const { status } = result;
  if (status === 429) {
    const { resetMs } = rateNews(result);
    return {
      kind: 'RETRY_SAME_KEY',
      code: 'rate_limited',
      burnsRetry: false,
      retryAfterMs: resetMs ?? LIMITED_RETRY_MS,
    };
  }
  const error = readExactly(errorSchema, result.text);
  if (status < 400 || error === null) return { kind: 'AMBIGUOUS', code: 'unreadable_answer' };
  return errorOutcome(status, error.error_code);
}

const LIMITED_RETRY_MS = 5_000;

/**
 * An error in Xendit's words. 5xx may have been acted upon, and so may have a request that took too
 * long (408); a key that was used with another body (409) belongs to something that exists. The other
 * errors, known or not, created nothing.
 */
function errorOutcome(status: number, code: string): Outcome {
  if (status >= 500) return { kind: 'AMBIGUOUS', code: `http_${status}` };
  if (status === 408 || status === 409) return { kind: 'AMBIGUOUS', code };
  const cause = haltCause(status, code);
  if (cause) {
    const { retry, operator } = ruleOf(XENDIT_FAILURES, code);
    const remedy =
      retry === 'halt' ? operator : 'Look up the reason at Xendit, then resume the batch.';
    return { kind: 'HALT_BATCH', code, cause, remedy };
  }
  return failedOutcome(XENDIT_FAILURES, code, null);
}

function haltCause(status: number, code: string): HaltCause | null {
  if (status === 401) return 'credentials';
  if (status === 403) return 'forbidden';
  if (ruleOf(XENDIT_FAILURES, code).retry !== 'halt') return null;
  if (code === 'INSUFFICIENT_BALANCE') return 'funds';
  return code === 'INVALID_API_KEY' ? 'credentials' : 'forbidden';
}
