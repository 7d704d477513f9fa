import { SYSTEM } from '../db/queries/actor.ts';
import { guardOnce } from '../db/queries/guard-batch.ts';
import { queueIfCleared } from '../db/queries/queue-batch.ts';
import type { BatchRef, Deps } from './deps.ts';

/**
 * Queues a batch that is to be executed, is approved and whose time has come; before that, has the time
 * to undo it begin. Safe to repeat.
 */
export const makeQueueBatch = ({ db }: Deps) =>
  async function queueBatch({ batchId }: BatchRef): Promise<void> {
    await guardOnce(db, batchId);
    await queueIfCleared(db, batchId, SYSTEM, { onlyIfRequested: true });
  };
