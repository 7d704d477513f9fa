import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DatabaseUnavailable, isConnectionLost } from '../../db/errors.ts';
import type { SkipCode } from '../../domain/eligibility.ts';
import { DomainError, type ErrorCode, type ErrorDetail } from '../../domain/errors.ts';
import { ProviderError } from '../../providers/port.ts';
import { InboxFull } from '../webhook-inbox.ts';
import { RateLimited } from './rate-limited.ts';

/** The one table from error codes to HTTP statuses. */
const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_error: 422,
  rate_limited: 429,
  server_error: 500,
  unavailable: 503,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  external_id_conflict: 409,
  account_exists: 409,
  no_payable_affiliates: 400,
  preview_stale: 409,
  invalid_state: 409,
  already_reissued: 409,
  approval_required: 409,
  content_changed: 409,
  own_batch: 403,
  not_payable: 422,
  nothing_to_retry: 409,
  split_invalid: 422,
  already_scheduled: 409,
  already_refunded: 409,
  not_system: 403,
  endpoint_not_allowed: 422,
  second_factor_required: 401,
  step_up_required: 403,
  csrf_refused: 403,
  address_not_allowed: 403,
  approver_not_person: 403,
  not_your_turn: 409,
  role_too_high: 403,
  own_role: 403,
  last_super_admin: 409,
  risk_hold: 409,
  own_risk_event: 403,
  view_exists: 409,
  export_too_large: 409,
  export_not_ready: 409,
  export_expired: 409,
  payload_unreadable: 422,
};

/** An answer that is an error, in the words that the caller sees. */
export interface Problem {
  status: ContentfulStatusCode;
  code: ErrorCode | SkipCode;
  message: string;
  details?: readonly ErrorDetail[] | undefined;
  retryAfterSeconds?: number;
}

/** A payee or provider that cannot be paid now: 422 (or as told) with the skip reason as its code. */
export class NotPayable extends Error {
  readonly code: SkipCode;
  readonly status: 422 | 409;

  constructor(code: SkipCode, message: string, status: 422 | 409 = 422) {
    super(message);
    this.name = 'NotPayable';
    this.code = code;
    this.status = status;
  }
}

export const notFound = (what: string): DomainError =>
  new DomainError('not_found', `There is no such ${what}; check the id.`);

/** One wrong field, found after the schema was satisfied. */
export const invalid = (path: string, reason: string): DomainError =>
  new DomainError('validation_error', `The request is not valid: ${path}: ${reason}`, [
    { path, reason },
  ]);

const UNAVAILABLE: Problem = {
  status: 503,
  code: 'unavailable',
  message: 'A part of the service is away for the moment. Repeating the same call is safe.',
  retryAfterSeconds: 2,
};

const HTTP_CODES: Partial<Record<number, Problem>> = {
  400: { status: 400, code: 'bad_request', message: 'The body is not readable JSON.' },
  413: { status: 413, code: 'payload_too_large', message: 'The body is too large.' },
  415: {
    status: 415,
    code: 'unsupported_media_type',
    message: 'Send the body in the content type that this route declares.',
  },
};

/**
 * The answer to a thrown error. Only our own refusals speak in their own words; the text of anything
 * else stays in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    return {
      status: STATUS[error.code],
      code: error.code,
      message: error.message,
      details: error.details,
      ...(error instanceof RateLimited && { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  if (error instanceof NotPayable)
    return { status: error.status, code: error.code, message: error.message };
  const known = error instanceof HTTPException ? HTTP_CODES[error.status] : undefined;
  if (known) return known;
  if (isAway(error)) return UNAVAILABLE;
  return {
    status: 500,
    code: 'server_error',
    message: 'Something went wrong here; the request id leads to the reason in our log.',
  };
}

const isAway = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  isConnectionLost(error) ||
  error instanceof ServiceError ||
  error instanceof ProviderError ||
  isGrpcServiceError(error) ||
  error instanceof InboxFull;
