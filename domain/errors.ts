/**
 * Every error code that a caller can meet, in one table. `api/http/problems.ts` gives each its HTTP
 * status; `docs/errors/` explains each to an operator.
 */
export const ERROR_CODES = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'payload_too_large',
  'unsupported_media_type',
  'validation_error',
  'rate_limited',
  'server_error',
  'unavailable',
  'idempotency_mismatch',
  'idempotency_in_progress',
  'external_id_conflict',
  'account_exists',
  'no_payable_affiliates',
  'preview_stale',
  'invalid_state',
  'already_reissued',
  'approval_required',
  'content_changed',
  'own_batch',
  'not_payable',
  'nothing_to_retry',
  'split_invalid',
  'already_scheduled',
  'already_refunded',
  'not_system',
  'endpoint_not_allowed',
  'second_factor_required',
  'step_up_required',
  'csrf_refused',
  'payload_unreadable',
  'address_not_allowed',
  'approver_not_person',
  'not_your_turn',
  'role_too_high',
  'own_role',
  'last_super_admin',
  'risk_hold',
  'own_risk_event',
  'view_exists',
  'export_too_large',
  'export_not_ready',
  'export_expired',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing that was wrong with the input: where, and what to do about it. Never the value itself. */
export interface ErrorDetail {
  path: string;
  reason: string;
}

/**
 * A refusal that the caller can understand and act on. Its message is shown to callers as it is, so
 * it never holds secrets, account numbers or text of foreign errors.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[] | undefined;

  constructor(code: ErrorCode, message: string, details?: readonly ErrorDetail[]) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
