import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { deliveries } from './activities.ts';

/** What is due later than that is for the sweep to see to. */
const WAIT_MAX_MS = 20_000;

/** Sends the mails to payees that are due. Ends when none is due soon; mails stay in Postgres. */
export async function sendMails(): Promise<void> {
  const { sendMails: send } = deliveries();
  for (;;) {
    const { nextMs } = await send();
    if (nextMs === null || nextMs > WAIT_MAX_MS) return;
    await sleep(Math.max(1_000, nextMs));
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX)
      await continueAsNew<typeof sendMails>();
  }
}
