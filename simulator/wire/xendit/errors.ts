import type { z } from 'zod';
import type { LimitState } from '../../limits.ts';
import type { Answer, FailureOptions } from '../port.ts';

// The default of test mode, per endpoint and account.
const PER_MINUTE = 60;

const OWN_CODE: Readonly<Record<string, string>> = {
  invalid_request: 'API_VALIDATION_ERROR',
  invalid_api_key: 'INVALID_API_KEY',
  insufficient_balance: 'INSUFFICIENT_BALANCE',
  forbidden: 'REQUEST_FORBIDDEN_ERROR',
  not_found: 'DATA_NOT_FOUND',
  idempotency_mismatch: 'DUPLICATE_ERROR',
  not_cancellable: 'INELIGIBLE_TRANSACTION_STATUS',
  rate_limited: 'RATE_LIMIT_EXCEEDED',
  server_error: 'SERVER_ERROR',
  bank_declined: 'REJECTED_BY_CHANNEL',
};

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  INVALID_API_KEY: 401,
  REQUEST_FORBIDDEN_ERROR: 403,
  INVALID_MERCHANT_SETTINGS: 403,
  INELIGIBLE_TRANSACTION_STATUS: 403,
  CONVERSION_TRADE_NOT_YET_CANCELLABLE: 403,
  CANCELLATION_NOT_ALLOWED: 403,
  DATA_NOT_FOUND: 404,
  DUPLICATE_ERROR: 409,
  RATE_LIMIT_EXCEEDED: 429,
  SERVER_ERROR: 500,
};

const MESSAGE_OF_CODE: Readonly<Record<string, string>> = {
  API_VALIDATION_ERROR: 'Inputs are failing validation. See the errors field for the fields.',
  CHANNEL_CODE_NOT_SUPPORTED: 'The channel code is not supported for this currency.',
  RECIPIENT_ACCOUNT_NUMBER_ERROR: 'The account number is not valid for this channel.',
  MINIMUM_TRANSFER_LIMIT_ERROR: 'The amount is lower than the minimum of this channel.',
  MAXIMUM_TRANSFER_LIMIT_ERROR: 'The amount is higher than the maximum of this channel.',
  AMOUNT_INCREMENT_NOT_SUPPORTED: 'The amount does not fit the increment of this channel.',
  INVALID_API_KEY: 'API key format is invalid',
  REQUEST_FORBIDDEN_ERROR: 'The API key is forbidden to perform this request',
  INVALID_MERCHANT_SETTINGS: 'The source currency has not been activated.',
  INELIGIBLE_TRANSACTION_STATUS: 'The payout can no longer be cancelled in its status.',
  DATA_NOT_FOUND: 'Payout not found',
  DUPLICATE_ERROR: 'A payout with this idempotency key already exists.',
  RATE_LIMIT_EXCEEDED: 'The rate limit of this endpoint has been exceeded.',
  SERVER_ERROR: 'An unexpected error occurred',
};

/** A field that is wrong, as the error body lists it. */
export type FieldError = { readonly path: string; readonly message: string };

/** A code of Xendit's for one of the simulator's own; any other is Xendit's already. */
export function ownCode(code: string): string {
  return OWN_CODE[code] ?? code;
}

/** `{error_code, message}`; codes that are not known are definite: 400. */
export function failure(code: string, options: FailureOptions = {}): Answer {
  return answerOf(ownCode(code), options, {});
}

/** 400 `API_VALIDATION_ERROR` with the fields that are wrong. */
export function invalid(errors: readonly FieldError[]): Answer {
  return answerOf('API_VALIDATION_ERROR', {}, { errors });
}

/** What a schema found, as Xendit lists it. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}

/** Rate-Limit-* of an answer; the reset is in seconds, with decimals. */
export function limitHeaders({ perMinute, remaining, resetMs }: LimitState) {
  return {
    'rate-limit-limit': String(perMinute),
    'rate-limit-remaining': String(remaining),
    'rate-limit-reset': (resetMs / 1_000).toFixed(2),
  };
}

function answerOf(code: string, options: FailureOptions, more: object): Answer {
  const message = options.message ?? MESSAGE_OF_CODE[code] ?? code;
  const status = options.status ?? STATUS_OF_CODE[code] ?? 400;
  const body = JSON.stringify({ error_code: code, message, ...more });
  if (options.retryAfterMs === undefined) return { status, body };
  const { retryAfterMs: resetMs, perMinute = PER_MINUTE } = options;
  const headers = limitHeaders({ perMinute, remaining: 0, resetMs, isPassed: true });
  return { status, body, headers };
}
