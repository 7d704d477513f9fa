import {
  continueAsNew,
  getExternalWorkflowHandle,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { batchWorkflowId } from '../domain/ids.ts';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { lookups, lookupsAt } from './activities.ts';
import { settledSignal } from './messages.ts';

export interface ResolveUnknownInput {
  batchId: string;
  /** Absent in runs that began before each provider had a queue of its own. */
  provider?: string;
  waitMs?: number;
}

const WAIT_FIRST_MS = 1_000;
const WAIT_LAST_MS = 3_600_000;

/**
 * Looks up the payments in doubt of one batch, with waits from one second doubling to an hour, until
 * each has a verdict; then tells the batch. Never sends anything.
 */
export async function resolveUnknown({
  batchId,
  provider,
  waitMs = WAIT_FIRST_MS,
}: ResolveUnknownInput): Promise<void> {
  const { resolveDoubtful } = provider ? lookupsAt(provider) : lookups;
  for (let wait = waitMs; ; wait = Math.min(wait * 2, WAIT_LAST_MS)) {
    const { left } = await resolveDoubtful({ batchId });
    if (left === 0) break;
    await sleep(wait);
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX) {
      await continueAsNew<typeof resolveUnknown>({
        batchId,
        ...(provider && { provider }),
        waitMs: wait,
      });
    }
  }
  await getExternalWorkflowHandle(batchWorkflowId(batchId))
    .signal(settledSignal)
    .catch(() => {});
}
