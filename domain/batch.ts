import type { PaymentState } from './payment.ts';
import type { TransitionTable } from './transitions.ts';

export const BATCH_STATES = [
  'PENDING',
  'QUEUED',
  'PROCESSING',
  'SETTLING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/**
 * The life of a batch. PROCESSING goes back to QUEUED when it gives the slot away (pause, or a
 * terminated workflow). An ended batch is queued again only where a person retries payments of it.
 */
export const BATCH_TRANSITIONS: TransitionTable<BatchState> = {
  PENDING: ['QUEUED', 'CANCELLED'],
  QUEUED: ['PROCESSING', 'SETTLING', 'CANCELLED'],
  PROCESSING: ['SETTLING', 'QUEUED', 'CANCELLED'],
  SETTLING: ['COMPLETED', 'FAILED', 'CANCELLED', 'QUEUED'],
  COMPLETED: ['QUEUED'],
  FAILED: ['QUEUED'],
  CANCELLED: [],
};

export const ENDED_BATCH_STATES = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly BatchState[];

export type StateCounts = Partial<Record<PaymentState, number>>;

/**
 * What the end of a batch is decided from. `failed` counts payments that failed for good: FAILED,
 * and CANCELLED after a failure. Held and person-cancelled ones count on neither side.
 */
export interface BatchTally {
  completed: number;
  failed: number;
  held: number;
  cancelledByPerson: number;
}

/**
 * FAILED if more than 10% of the payments that were tried failed for good, else COMPLETED;
 * CANCELLED where a person cancelled and nothing was ever tried. Whole numbers only: 25 of 250 is
 * exactly 10% and COMPLETED.
 */
export function decideBatchEnd(tally: BatchTally): 'COMPLETED' | 'FAILED' | 'CANCELLED' {
  const tried = tally.completed + tally.failed;
  if (tried === 0 && tally.cancelledByPerson > 0 && tally.held === 0) return 'CANCELLED';
  return tally.failed * 10 > tried ? 'FAILED' : 'COMPLETED';
}
