import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { nextMailMs } from '../db/queries/send-mails.ts';
import { MAILS_WORKFLOW_ID } from '../domain/ids.ts';
import { SEND_MAILS, TASK_QUEUE } from '../workflows/names.ts';

/** Sees that mails which are due are being sent. Safe to repeat. */
export async function startMails(db: Db, temporal: Client): Promise<void> {
  const nextMs = await nextMailMs(db);
  if (nextMs === null || nextMs > 0) return;
  await temporal.workflow.start(SEND_MAILS, {
    workflowId: MAILS_WORKFLOW_ID,
    taskQueue: TASK_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
