import type { WorkflowClient } from '@temporalio/client';
import type { Logger } from 'pino';
import { confirmWorkflowId, reconcileWorkflowId } from '../domain/ids.ts';
import { eventsWaitingSignal, reconcileAskedSignal } from '../workflows/messages.ts';
import { CONFIRM_EVENTS, RECONCILE, TASK_QUEUE } from '../workflows/names.ts';

/** What the API asks of Temporal about one provider. */
export interface ProviderWorkflows {
  /** Has the waiting events of a provider confirmed. Never throws: `sweep` covers for it. */
  confirmEvents(provider: string, log: Logger): void;
  /** Begins a reconciliation of a provider's day, or finds it running. Returns the workflow's id. */
  startReconciliation(request: ReconcileRequest): Promise<string>;
}

/** Which day of which provider, and who asks. */
interface ReconcileRequest {
  provider: string;
  day: string;
  requestedBy: string;
}

/** `soon` bounds each call of Temporal. */
export const makeProviderWorkflows = (
  workflow: WorkflowClient,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
): ProviderWorkflows => ({
  confirmEvents(provider, log) {
    soon(() => workflow.signalWithStart(CONFIRM_EVENTS, confirmStart(provider))).catch(
      (error: unknown) =>
        log.warn({ provider, err: error }, 'events wait to be confirmed; the sweep covers for it'),
    );
  },
  async startReconciliation(request) {
    const start = reconcileStart(request);
    await soon(() => workflow.signalWithStart(RECONCILE, start));
    return start.workflowId;
  },
});

const confirmStart = (provider: string) =>
  ({
    workflowId: confirmWorkflowId(provider),
    taskQueue: TASK_QUEUE,
    args: [{ provider }] satisfies [{ provider: string }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal: eventsWaitingSignal,
  }) as const;

const reconcileStart = (request: ReconcileRequest) =>
  ({
    workflowId: reconcileWorkflowId(request.provider, request.day),
    taskQueue: TASK_QUEUE,
    args: [request] satisfies [ReconcileRequest],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowExecutionTimeout: '1 day',
    signal: reconcileAskedSignal,
  }) as const;
