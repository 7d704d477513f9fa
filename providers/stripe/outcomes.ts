import type { HaltCause, Outcome } from '../../domain/outcome.ts';
import { failedOutcome, ruleOf, toFailure } from '../taxonomy.ts';
import type { StripeAnswer, StripeFailure } from './client.ts';
import { STRIPE_FAILURES } from './failures.ts';
import type { StripeMethod } from './money.ts';
import type { Told } from './wire.ts';

/** What an answer is compared with: what is not ours, or not what we ordered, is never taken for it. */
export interface Ordered {
  reference: string;
  accountRef: string;
  amountMinor: bigint;
  currency: string;
}

/** A transfer or payout as an outcome of the order that it is said to answer. */
export function toldOutcome(told: Told | null, ordered: Ordered, live: boolean): Outcome {
  if (told === null) return { kind: 'AMBIGUOUS', code: 'unreadable_answer' };
  const matches =
    told.reference === ordered.reference &&
    told.amountMinor === ordered.amountMinor &&
    told.currency === ordered.currency &&
    told.livemode === live &&
    (told.destination === null || told.destination === ordered.accountRef);
  return matches ? told.outcome : { kind: 'AMBIGUOUS', code: 'answer_mismatch' };
}

/** The outcome of a submission that brought no transfer or payout. */
export function failureOutcome(
  answer: Exclude<StripeAnswer, { kind: 'ok' }>,
  method: StripeMethod,
): Outcome {
  switch (answer.kind) {
    case 'error':
      return errorOutcome(answer.error, method);
    case 'not_sent':
      return { ...later(null), code: 'provider_unreachable' };
    case 'no_answer':
      return { kind: 'AMBIGUOUS', code: answer.code.toLowerCase() };
    case 'unreadable':
      return answer.status === 429
        ? later(answer.headers)
        : { kind: 'AMBIGUOUS', code: 'unreadable_answer' };
  }
}

const later = (headers: Record<string, string> | null) =>
  ({
    kind: 'RETRY_SAME_KEY',
    code: 'rate_limited',
    burnsRetry: false,
    retryAfterMs: headers && (retryAfterMs(headers) ?? RATE_WAIT_MS),
  }) as const;

const RATE_WAIT_MS = 1_000;
const RETRY_AFTER_MAX_MS = 300_000;

/** How long to wait, where an answer says it. */
export function retryAfterMs(headers: Record<string, string>): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1_000, RETRY_AFTER_MAX_MS) : null;
}

/** So long until a payee's own Stripe balance may cover a payout that it did not cover. */
const OWN_FUNDS_RETRY = { afterMs: 6 * 3_600_000, times: 3 };

/** A refusal in Stripe's words (docs.stripe.com/error-codes). Unknown 4xx created nothing. */
export function errorOutcome(failure: StripeFailure, method: StripeMethod): Outcome {
  const { status, type, headers } = failure;
  const word = failure.code ?? type;
  if (status === 429 || word === 'rate_limit') return later(headers);
  // A key with another body, or one that is in use: what it made is only found by looking.
  if (type === 'idempotency_error' || status === 409) return { kind: 'AMBIGUOUS', code: word };
  // Also where it is replayed: an execution that broke may have moved the money first.
  if (status >= 500 || status < 400) return { kind: 'AMBIGUOUS', code: `http_${status}` };
  const isListed = Object.hasOwn(STRIPE_FAILURES, word);
  const { retry, operator } = ruleOf(STRIPE_FAILURES, word);
  const isRefused = (status === 401 || status === 403) && !isListed;
  if (!isRefused && retry !== 'halt') return failedOutcome(STRIPE_FAILURES, word, null);
  const isFunds = FUNDS.has(word);
  if (isFunds && method === 'payout') {
    // Payouts leave the payee's own balance: others of the batch are not concerned.
    const account = toFailure(STRIPE_FAILURES, word);
    return {
      kind: 'FAILED_RETRYABLE',
      failure: account,
      providerPaymentId: null,
      retry: OWN_FUNDS_RETRY,
    };
  }
  // The key keeps its refusal for a day, whatever has been mended since: only a new one can succeed.
  if (failure.replayed && isListed) return failedOutcome(STRIPE_FAILURES, word, null);
  const cause: HaltCause = isFunds ? 'funds' : status === 401 ? 'credentials' : 'forbidden';
  return { kind: 'HALT_BATCH', code: word, cause, remedy: isListed ? operator : REMEDY[cause] };
}

const FUNDS = new Set(['balance_insufficient', 'insufficient_funds']);

const REMEDY: Record<HaltCause, string> = {
  funds: 'Top up the Stripe balance, then resume the batch.',
  credentials: 'Check the secret key of Stripe, then resume the batch.',
  forbidden:
    'Allow transfers and payouts for this key in the Stripe dashboard, then resume the batch.',
};
