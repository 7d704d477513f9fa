import { yieldSlot as yieldTo } from '../db/queries/pause-batch.ts';
import { nextInQueue, releaseSlot as release } from '../db/queries/slot.ts';
import type { BatchRef, Deps } from './deps.ts';

/** The batch that may take the freed slot, if one waits. */
export interface NextBatch {
  nextBatchId: string | null;
}

/** Frees the slot of a batch that has handed everything over; it settles from now on. Safe to repeat. */
export const makeReleaseSlot = ({ db }: Deps) =>
  async function releaseSlot({ batchId }: BatchRef): Promise<NextBatch> {
    await release(db, batchId);
    return { nextBatchId: await nextInQueue(db) };
  };

/** Gives the slot of a paused batch to the next one; the batch keeps its place. Safe to repeat. */
export const makeYieldSlot = ({ db }: Deps) =>
  async function yieldSlot({ batchId }: BatchRef): Promise<NextBatch> {
    await yieldTo(db, batchId, 'the batch is paused', false);
    return { nextBatchId: await nextInQueue(db) };
  };
