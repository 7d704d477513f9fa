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

/**
 * What the end of a batch is decided from. `failed` counts payments that failed for good: FAILED,
 * and CANCELLED after a failure. Held and person-cancelled ones count on neither side.
 */
export interface BatchTally {
  completed: number;
  failed: number;
  /** A person cancelled the batch before all of it was sent, and something stayed unsent. */
  cancelledUnsent: boolean;
}

/**
 * CANCELLED where a person stopped it before all was sent; else FAILED if more than 10% of the
 * payments that were tried failed for good, else COMPLETED. Whole numbers only: 25 of 250 is exactly
 * 10% and COMPLETED.
 */
export function decideBatchEnd(tally: BatchTally): 'COMPLETED' | 'FAILED' | 'CANCELLED' {
  if (tally.cancelledUnsent) return 'CANCELLED';
  return tally.failed * 10 > tally.completed + tally.failed ? 'FAILED' : 'COMPLETED';
}

/**
 * How a batch came to be: by hand, as a payment of one, from a list, by a schedule, for an escrow
 * release, or to pay a returned payment again.
 */
export const BATCH_SOURCES = ['manual', 'quick', 'list', 'schedule', 'escrow', 'reissue'] as const;
export type BatchSource = (typeof BATCH_SOURCES)[number];
