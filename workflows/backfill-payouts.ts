import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { BackfillRequest } from '../activities/backfill-periods.ts';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { payouts } from './activities.ts';

export interface BackfillInput extends BackfillRequest {
  /** What earlier runs of it have made. */
  done?: BackfillEnd;
}

/** Periods that were made, and batches among them. */
export interface BackfillEnd {
  periods: number;
  batches: number;
}

/** Makes the periods of a span as they would have been made then, part by part; nothing of them is sent. */
export async function backfillPayouts(input: BackfillInput): Promise<BackfillEnd> {
  const { done = { periods: 0, batches: 0 }, ...request } = input;
  const total = { ...done };
  for (;;) {
    const { periods, batches, more } = await payouts.backfillPeriods(request);
    total.periods += periods;
    total.batches += batches;
    if (!more) return total;
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX)
      await continueAsNew<typeof backfillPayouts>({ ...request, done: total });
  }
}
