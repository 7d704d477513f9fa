import { cancelBatch as cancel } from '../db/queries/stop-batch.ts';
import { pauseBatch as pause, resumeBatch as resume } from '../db/queries/pause-batch.ts';
import {
  retryDuePayments as retryDue,
  retryPayments as retry,
} from '../db/queries/retry-payments.ts';
import type { HaltCause } from '../domain/outcome.ts';
import type { BatchRef, Deps } from './deps.ts';

/** A person's command, as the signal brought it. */
export interface BatchCommandRef extends BatchRef {
  actor: string;
  reason: string;
}

/** Cancels what is unsent; from its commit on nothing more is sent. Safe to repeat. */
export const makeCancelBatch = ({ db }: Deps) =>
  async function cancelBatch({ batchId, actor, reason }: BatchCommandRef): Promise<void> {
    await cancel(db, batchId, actor, reason);
  };

/** A pause by the system, since the provider takes no more; by a person where there is no cause. */
export interface PauseRef extends BatchCommandRef {
  haltCause?: HaltCause;
}

/**
 * Stops the sending; from its commit on nothing more is sent. A halt is an alert besides: it opens a
 * case. Safe to repeat.
 */
export const makePauseBatch = ({ db }: Deps) =>
  async function pauseBatch({ batchId, actor, reason, haltCause }: PauseRef): Promise<void> {
    await pause(db, batchId, actor, reason, haltCause ?? null);
  };

/** Lets the batch go on from its place in the queue, and closes the case of its halt. Safe to repeat. */
export const makeResumeBatch = ({ db }: Deps) =>
  async function resumeBatch({ batchId, actor, reason }: BatchCommandRef): Promise<void> {
    await resume(db, batchId, actor, reason);
  };

/** Queues the failed payments whose wait is over, for a new generation; answers how many. Safe to repeat. */
export const makeRetryDuePayments = ({ db }: Deps) =>
  async function retryDuePayments({ batchId }: BatchRef): Promise<number> {
    return retryDue(db, batchId);
  };

export interface RetryRef extends BatchRef {
  actor: string;
  paymentIds: string[] | null;
}

/** Makes failed payments PENDING again and queues their batch; answers how many. Safe to repeat. */
export const makeRetryPayments = ({ db }: Deps) =>
  async function retryPayments({ batchId, actor, paymentIds }: RetryRef): Promise<number> {
    return retry(db, batchId, paymentIds, actor);
  };
