import { closeBatch as close } from '../db/queries/close-batch.ts';
import type { BatchRef, Deps } from './deps.ts';

/** Ends a batch whose payments have all settled, by the 10% rule. Safe to repeat. */
export const makeCloseBatch = ({ db }: Deps) =>
  async function closeBatch({ batchId }: BatchRef): Promise<void> {
    await close(db, batchId);
  };
