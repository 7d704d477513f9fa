import type { ActivityOptions } from '@temporalio/workflow';

/**
 * Work on the database alone: repeated until it succeeds, since nothing else may happen meanwhile
 * and every statement is safe to repeat. A worker that dies is noticed within 10 s.
 */
export const DATABASE_WORK: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '10 s' },
};

/**
 * Submission: one try and three retries, so the waits are 1 s, 2 s and 4 s (each failure carries the
 * wait that its payments' own count dictates). A worker that dies is noticed within 5 s.
 */
export const SUBMISSION: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '5 s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: {
    initialInterval: '1 s',
    backoffCoefficient: 2,
    maximumInterval: '4 s',
    maximumAttempts: 4,
  },
};

/** Waiting for the slot: looked at after 1 s, doubling to 30 s; a signal cuts the wait short. */
export const SLOT_WAIT: ActivityOptions = {
  startToCloseTimeout: '30 s',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '30 s' },
};

/** Asking the provider about payments: long for large batches, repeated at leisure. */
export const LOOKUPS: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/**
 * Comparing whole days with a provider: hours where its rate limit wants them, and repeated for half a
 * day where it is away.
 */
export const RECONCILIATION: ActivityOptions = {
  scheduleToCloseTimeout: '12 hours',
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '30 s',
  retry: { initialInterval: '5 s', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/**
 * Calculating what is earned: long where a whole programme is judged anew, repeated until it succeeds.
 * Each page is durable by itself, so a try goes on where the one before was cut off.
 */
export const CALCULATION: ActivityOptions = {
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Telling an endpoint of events: a run of minutes, begun again soon where its worker has died. */
export const DELIVERIES: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Making the batches of a schedule: minutes where much is calculated first, begun again soon where its worker has died. */
export const PAYOUT_RUNS: ActivityOptions = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Making a file of rows: minutes for millions, gone on with soon behind the last part where its worker has died. */
export const EXPORTS: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};
