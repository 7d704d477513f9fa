import type { WorkflowClient } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { endpointsWithDueEvents } from '../db/queries/deliver-events.ts';
import { deliverWorkflowId } from '../domain/ids.ts';
import { eventsDueSignal } from '../workflows/messages.ts';
import { DELIVER_EVENTS, TASK_QUEUE } from '../workflows/names.ts';

/** Has events delivered to the endpoints of users. Neither method throws: `sweep` covers for it. */
export interface Deliveries {
  /** What is due to these endpoints. */
  deliverEvents(endpointIds: readonly string[], log: Logger): void;
  /** What is due to any endpoint, soon. Calls that come by the hundred look once a second. */
  deliverSoon(log: Logger): void;
}

const LOOK_EVERY_MS = 1_000;

/** `soon` bounds the wait for Temporal. */
export function makeDeliveries(
  db: Db,
  workflow: WorkflowClient,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
): Deliveries {
  const warn = (log: Logger) => (error: unknown) =>
    log.warn({ err: error }, 'events wait to be delivered; the sweep covers for it');

  const tell = (endpointId: string): Promise<unknown> =>
    soon(() =>
      workflow.signalWithStart(DELIVER_EVENTS, {
        workflowId: deliverWorkflowId(endpointId),
        taskQueue: TASK_QUEUE,
        args: [{ endpointId }] satisfies [{ endpointId: string }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        signal: eventsDueSignal,
      }),
    );
  const tellDue = async (): Promise<void> => {
    for (const endpointId of await endpointsWithDueEvents(db)) await tell(endpointId);
  };

  let nextLookMs = 0;
  let waiting = false;
  return {
    deliverEvents(endpointIds, log) {
      for (const endpointId of endpointIds) tell(endpointId).catch(warn(log));
    },
    deliverSoon(log) {
      if (waiting) return;
      waiting = true;
      const look = (): void => {
        waiting = false;
        nextLookMs = performance.now() + LOOK_EVERY_MS;
        tellDue().catch(warn(log));
      };
      setTimeout(look, Math.max(0, nextLookMs - performance.now())).unref();
    },
  };
}
