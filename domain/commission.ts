import type { TransitionTable } from './transitions.ts';

export const COMMISSION_STATES = ['PENDING', 'APPROVED', 'PAID', 'REVERSED'] as const;
export type CommissionState = (typeof COMMISSION_STATES)[number];

/** PENDING has not matured; APPROVED is payable, or claimed while `paymentId` is set. */
export const COMMISSION_TRANSITIONS: TransitionTable<CommissionState> = {
  PENDING: ['APPROVED', 'REVERSED'],
  APPROVED: ['PAID', 'REVERSED'],
  PAID: ['APPROVED'],
  REVERSED: [],
};
