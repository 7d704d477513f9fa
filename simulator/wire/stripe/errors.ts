import { randomBytes } from 'node:crypto';
import type { Answer, FailureOptions } from '../port.ts';

/** The version of the API that the simulator speaks where a request names none. */
export const API_VERSION = '2026-10-28.endive';

type Problem = {
  readonly status: number;
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown while a request is read or carried out; `answer` is what the caller gets. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(problem: Problem) {
    super(problem.message);
    this.answer = errorAnswer(problem);
  }
}

// Where the simulator's own word differs from Stripe's.
const CODE_OF: Readonly<Record<string, string | undefined>> = {
  insufficient_balance: 'balance_insufficient',
  rate_limited: 'rate_limit',
  invalid_request: undefined,
  invalid_api_key: undefined,
  forbidden: undefined,
  not_found: undefined,
  idempotency_mismatch: undefined,
  not_cancellable: undefined,
  server_error: undefined,
};

// Whatever is not here is an invalid request: 400 (https://docs.stripe.com/api/errors).
const STATUS_OF: Readonly<Record<string, number>> = {
  invalid_api_key: 401,
  api_key_expired: 401,
  platform_api_key_expired: 401,
  secret_key_required: 401,
  forbidden: 403,
  account_invalid: 403,
  not_found: 404,
  resource_missing: 404,
  idempotency_key_in_use: 409,
  lock_timeout: 409,
  rate_limited: 429,
  rate_limit: 429,
  server_error: 500,
};

const MESSAGE_OF: Readonly<Record<string, string>> = {
  insufficient_balance:
    'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can use the /v1/balance endpoint to view your Stripe balance.',
  invalid_request: 'The request was unacceptable.',
  invalid_api_key: 'Invalid API Key provided.',
  forbidden: 'The API key does not have permissions to perform the request.',
  idempotency_mismatch:
    'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  idempotency_key_in_use:
    'There is currently another in-progress request using this Idempotent Key.',
  lock_timeout:
    'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.',
  not_cancellable: 'Payouts can only be canceled while they are pending.',
  rate_limited: 'Request rate limit exceeded.',
  rate_limit: 'Request rate limit exceeded.',
  server_error: 'An unknown error occurred.',
  transfers_not_allowed: 'Your requested transfer cannot be created. Contact us for details.',
};

/** A failure in Stripe's words (`Wire.failure`). */
export function failure(code: string, options: FailureOptions = {}): Answer {
  const status = options.status ?? STATUS_OF[code] ?? 400;
  const named = code in CODE_OF ? CODE_OF[code] : code;
  return errorAnswer({
    status,
    ...(named !== undefined && { code: named }),
    message: options.message ?? MESSAGE_OF[code] ?? `${code.replaceAll('_', ' ')}.`,
    ...(code === 'idempotency_mismatch' && { type: 'idempotency_error' }),
    ...(options.retryAfterMs !== undefined && {
      headers: { 'retry-after': String(Math.max(1, Math.ceil(options.retryAfterMs / 1_000))) },
    }),
  });
}

/** An answer with the headers that every answer of Stripe's has. */
export function answer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    body,
    headers: { 'request-id': newRequestId(), 'stripe-version': API_VERSION, ...headers },
  };
}

function errorAnswer(problem: Problem): Answer {
  const { status, code, message, param } = problem;
  const error = {
    ...(code !== undefined && {
      code,
      doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
    }),
    message,
    ...(param !== undefined && { param }),
    type: problem.type ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
  };
  return answer(status, JSON.stringify({ error }), { ...retryHeaders(status), ...problem.headers });
}

// A 500 may have been carried out and is kept under its key: sending it again only replays it.
function retryHeaders(status: number): Readonly<Record<string, string>> {
  if (status === 409) return { 'stripe-should-retry': 'true' };
  if (status === 429) return { 'stripe-rate-limited-reason': 'endpoint-rate' };
  return status >= 500 ? { 'stripe-should-retry': 'false' } : {};
}

function newRequestId(): string {
  return `req_${randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
}
