import type { TransitionTable } from './transitions.ts';

/**
 * What an earning stands for. An adjustment books the difference to what was calculated before, a clawback
 * one that was brought about by a refund; parts of a payment above the maximum sum to zero.
 */
export const COMMISSION_KINDS = [
  'commission',
  'adjustment',
  'clawback',
  'minimum_fee',
  'write_off',
  'ad_hoc',
  'part',
] as const;
export type CommissionKind = (typeof COMMISSION_KINDS)[number];

export const COMMISSION_STATES = ['PENDING', 'APPROVED', 'PAID', 'REVERSED'] as const;
export type CommissionState = (typeof COMMISSION_STATES)[number];

/** PENDING has not matured; APPROVED is payable, or claimed while `paymentId` is set. */
export const COMMISSION_TRANSITIONS: TransitionTable<CommissionState> = {
  PENDING: ['APPROVED', 'REVERSED'],
  APPROVED: ['PAID', 'REVERSED'],
  PAID: ['APPROVED'],
  REVERSED: [],
};
