import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { endpointsWithDueEvents } from '../db/queries/deliver-events.ts';
import { deliverWorkflowId } from '../domain/ids.ts';
import { DELIVER_EVENTS, TASK_QUEUE } from '../workflows/names.ts';

/**
 * Sees that what is due to endpoints is being delivered. A workflow that waits for the next try of one
 * batch does not know of the events of another, so a running one is told, too.
 */
export async function startDeliveries(db: Db, temporal: Client): Promise<void> {
  for (const endpointId of await endpointsWithDueEvents(db)) {
    await temporal.workflow.signalWithStart(DELIVER_EVENTS, {
      workflowId: deliverWorkflowId(endpointId),
      taskQueue: TASK_QUEUE,
      args: [{ endpointId }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: 'eventsDue',
    });
  }
}
