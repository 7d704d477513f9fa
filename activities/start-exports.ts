import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { expireExports, openExports } from '../db/queries/export/work.ts';
import { exportWorkflowId } from '../domain/ids.ts';
import { MAKE_EXPORT, TASK_QUEUE } from '../workflows/names.ts';

/** Sees that files that were ordered are being made, and that old ones go. Safe to repeat. */
export async function startExports(db: Db, temporal: Client): Promise<void> {
  await expireExports(db);
  for (const exportId of await openExports(db)) {
    await temporal.workflow.start(MAKE_EXPORT, {
      workflowId: exportWorkflowId(exportId),
      taskQueue: TASK_QUEUE,
      args: [{ exportId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  }
}
