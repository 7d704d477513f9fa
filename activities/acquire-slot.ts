import { acquireSlot as acquire } from '../db/queries/slot.ts';
import type { BatchRef, Deps } from './deps.ts';
import { slotTaken } from './failures.ts';

/**
 * Takes the slot for the batch. Fails, to be repeated by its retry policy, while another batch
 * holds the slot or stands before it. Safe to repeat.
 */
export const makeAcquireSlot = ({ db }: Deps) =>
  async function acquireSlot({ batchId }: BatchRef): Promise<void> {
    if (!(await acquire(db, batchId))) throw slotTaken();
  };
