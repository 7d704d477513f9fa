import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { programmesToCalculate } from '../db/queries/queue-calculations.ts';
import { calculateWorkflowId } from '../domain/ids.ts';
import { CALCULATE_EARNINGS, TASK_QUEUE } from '../workflows/names.ts';

/** Has what waits in programmes calculated that are so by themselves; a running workflow is told. */
export async function startCalculations(db: Db, temporal: Client): Promise<void> {
  for (const programmeId of await programmesToCalculate(db)) {
    await temporal.workflow.signalWithStart(CALCULATE_EARNINGS, {
      workflowId: calculateWorkflowId(programmeId),
      taskQueue: TASK_QUEUE,
      args: [{ programmeId }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: 'conversionsWaiting',
      signalArgs: [{ asOf: null }],
    });
  }
}
