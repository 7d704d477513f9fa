import { cancelBatch as cancel } from '../db/queries/stop-batch.ts';
import { pauseBatch as pause, resumeBatch as resume } from '../db/queries/pause-batch.ts';
import { retryPayments as retry } from '../db/queries/retry-payments.ts';
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

/** Stops the sending; from its commit on nothing more is sent. Safe to repeat. */
export const makePauseBatch = ({ db }: Deps) =>
  async function pauseBatch({ batchId, actor, reason }: BatchCommandRef): Promise<void> {
    await pause(db, batchId, actor, reason);
  };

/** Lets the batch go on from its place in the queue. Safe to repeat. */
export const makeResumeBatch = ({ db }: Deps) =>
  async function resumeBatch({ batchId, actor, reason }: BatchCommandRef): Promise<void> {
    await resume(db, batchId, actor, reason);
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
