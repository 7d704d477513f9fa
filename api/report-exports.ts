import type { WorkflowClient } from '@temporalio/client';
import type { Logger } from 'pino';
import { exportWorkflowId } from '../domain/ids.ts';
import { MAKE_EXPORT, TASK_QUEUE } from '../workflows/names.ts';

/** What the API asks of Temporal about files that are ordered. */
export interface ReportExports {
  /** Has a file made that was ordered. Never throws: `sweep` covers for it. */
  makeExport(exportId: string, log: Logger): void;
}

/** `soon` bounds the wait for Temporal. */
export const makeReportExports = (
  workflow: WorkflowClient,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
): ReportExports => ({
  makeExport(exportId, log) {
    const start = {
      workflowId: exportWorkflowId(exportId),
      taskQueue: TASK_QUEUE,
      args: [{ exportId }] satisfies [{ exportId: string }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    } as const;
    soon(() => workflow.start(MAKE_EXPORT, start)).catch((error: unknown) =>
      log.warn({ exportId, err: error }, 'an export was not started; the sweep covers for it'),
    );
  },
});
