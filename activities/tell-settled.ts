import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { batchWorkflowId } from '../domain/ids.ts';

/** Tells batches that they wait for nothing more; one whose workflow is gone is `sweep`'s to heal. */
export async function tellSettled(temporal: Client, batchIds: readonly string[]): Promise<void> {
  for (const batchId of batchIds) {
    try {
      await temporal.workflow.getHandle(batchWorkflowId(batchId)).signal('settled');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}
