import { heedApprovalTimes as heed } from '../db/queries/approval-times.ts';
import type { BatchRef, Deps } from './deps.ts';

/**
 * Cancels a batch whose approvals did not come in time, or tells more people of one that waits for too
 * long. Safe to repeat.
 */
export const makeHeedApprovalTimes = ({ db }: Deps) =>
  async function heedApprovalTimes({ batchId }: BatchRef): Promise<void> {
    await heed(db, batchId);
  };
