import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { dayOf, daysBefore } from '../domain/day.ts';
import { reconcileWorkflowId, watchWorkflowId } from '../domain/ids.ts';
import { reconcile } from './reconcile.ts';
import { watchReturns } from './watch-returns.ts';

export interface DailyInput {
  provider: string;
}

/** Set by Temporal on workflows that a Schedule starts: for when, also where it was late. */
const SCHEDULED_FOR = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/**
 * Run by a provider's Schedule once a day: begins the reconciliation of the day before and the watch
 * for returns, each under an id of its own, so that a second one of a day joins the first.
 */
export async function daily({ provider }: DailyInput): Promise<void> {
  const { typedSearchAttributes, startTime } = workflowInfo();
  const today = dayOf(typedSearchAttributes.get(SCHEDULED_FOR) ?? startTime);
  const yesterday = daysBefore(today, 1);
  const child = {
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowExecutionTimeout: '1 day',
  } as const;
  await unlessRunning(
    startChild(reconcile, {
      ...child,
      workflowId: reconcileWorkflowId(provider, yesterday),
      args: [{ provider, day: yesterday, requestedBy: 'schedule' }],
    }),
  );
  await unlessRunning(
    startChild(watchReturns, {
      ...child,
      workflowId: watchWorkflowId(provider, today),
      args: [{ provider, day: today }],
    }),
  );
}

async function unlessRunning(start: Promise<unknown>): Promise<void> {
  try {
    await start;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
