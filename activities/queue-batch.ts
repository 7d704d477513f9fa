import { SYSTEM } from '../db/queries/actor.ts';
import { queueIfCleared } from '../db/queries/queue-batch.ts';
import type { BatchRef, Deps } from './deps.ts';

/** Queues a batch whose time has come and whose approvals are there. Safe to repeat. */
export const makeQueueBatch = ({ db }: Deps) =>
  async function queueBatch({ batchId }: BatchRef): Promise<void> {
    await queueIfCleared(db, batchId, SYSTEM);
  };
