import type { Client } from '@temporalio/client';
import { batchWorkflowId } from '../domain/ids.ts';
import { PAYOUT_BATCH, TASK_QUEUE } from '../workflows/names.ts';

/** Begins the workflow of a batch, or finds it running; it looks in Postgres what there is to do. */
export async function startBatch(temporal: Client, batchId: string): Promise<void> {
  await temporal.workflow.start(PAYOUT_BATCH, {
    workflowId: batchWorkflowId(batchId),
    taskQueue: TASK_QUEUE,
    args: [{ batchId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
