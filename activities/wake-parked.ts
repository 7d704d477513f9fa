import { batchesParkedFor, batchesParkedTooLong } from '../db/queries/parked-payments.ts';
import { batchWorkflowId } from '../domain/ids.ts';
import { PAYOUT_BATCH, TASK_QUEUE } from '../workflows/names.ts';
import type { Deps } from './deps.ts';

/**
 * Tells the workflows of batches whose parked payments may go on, or have waited too long, and starts
 * them where they have ended. Answers how many. Safe to repeat.
 */
export async function wakeParked({ db, temporal, parkedMaxMs }: Deps): Promise<number> {
  const able = await batchesParkedFor(db, null);
  const late = await batchesParkedTooLong(db, parkedMaxMs);
  const batchIds = new Set([...able, ...late]);
  for (const batchId of batchIds) {
    await temporal.workflow.signalWithStart(PAYOUT_BATCH, {
      workflowId: batchWorkflowId(batchId),
      taskQueue: TASK_QUEUE,
      args: [{ batchId }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: 'cleared',
    });
  }
  return batchIds.size;
}
