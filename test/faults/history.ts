import { Client, Connection } from '@temporalio/client';
import { batchWorkflowId } from '../../domain/ids.ts';
import type { TestStack } from '../support/test-stack.ts';

/** An activity of a batch as Temporal carried it out. */
export interface CarriedOut {
  name: string;
  queue: string;
  /** The process that carried it out. */
  worker: string;
}

/** The activities in the history of a batch, those that were started. */
export async function activitiesOf(stack: TestStack, batchId: string): Promise<CarriedOut[]> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const client = new Client({ connection, namespace: stack.namespace });
    const handle = client.workflow.getHandle(batchWorkflowId(batchId));
    const events = (await handle.fetchHistory()).events ?? [];
    const scheduled = new Map(
      events.map((event) => [String(event.eventId), event.activityTaskScheduledEventAttributes]),
    );
    return events.flatMap(({ activityTaskStartedEventAttributes: started }) => {
      const task = started && scheduled.get(String(started.scheduledEventId));
      if (!task) return [];
      return [
        {
          name: task.activityType?.name ?? '',
          queue: task.taskQueue?.name ?? '',
          worker: started.identity ?? '',
        },
      ];
    });
  } finally {
    await connection.close();
  }
}
