import type { TransitionTable } from './transitions.ts';

export const PAYMENT_STATES = [
  'PENDING',
  'PROCESSING',
  'UNKNOWN',
  'ON_HOLD',
  'FAILED',
  'COMPLETED',
  'CANCELLED',
  'RETURNED',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/**
 * The life of a payment. COMPLETED is left only by RETURNED. CANCELLED is left only where a person
 * retries a payment whose retries were used up and whose commissions are all still free.
 */
export const PAYMENT_TRANSITIONS: TransitionTable<PaymentState> = {
  PENDING: ['PROCESSING', 'ON_HOLD', 'CANCELLED'],
  PROCESSING: ['COMPLETED', 'UNKNOWN', 'FAILED'],
  UNKNOWN: ['PROCESSING', 'COMPLETED', 'FAILED'],
  ON_HOLD: ['PENDING', 'CANCELLED'],
  FAILED: ['PENDING', 'CANCELLED'],
  COMPLETED: ['RETURNED'],
  CANCELLED: ['PENDING'],
  RETURNED: [],
};

export const HOLD_REASONS = [
  'kyc',
  'no_account',
  'account_changed',
  'payee_hold',
  'funds',
  'risk',
  'manual_hold',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** How a payment left its last state for good; set by us beside the provider's own code. */
export const RETRIES_EXHAUSTED = 'retries_exhausted';
export const CANCELLED_BY_PERSON = 'cancelled_by_person';
export const PARKED_TOO_LONG = 'parked_too_long';
export const REFUNDED = 'refunded';
export const APPROVAL_EXPIRED = 'approval_expired';
export const DECLARED_NOT_PAID = 'declared_not_paid';

/** Cancelled before anything was sent: neither a success nor a failure of its batch. */
export const CANCELLED_UNSENT = [
  CANCELLED_BY_PERSON,
  PARKED_TOO_LONG,
  REFUNDED,
  APPROVAL_EXPIRED,
] as const;
