import { defineSearchAttributeKey } from '@temporalio/common';
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { RunScheduleRequest } from '../activities/run-schedule.ts';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { payouts } from './activities.ts';

export interface AutoPayoutInput extends Pick<RunScheduleRequest, 'period' | 'actor'> {
  scheduleId: string;
  /** What starts it, where that is a person; else its Schedule. */
  trigger?: 'person';
  /** Known from the first run on. */
  dueBy?: string;
}

/** Set by Temporal on workflows that a Schedule starts: for when, also where it was late. */
const SCHEDULED_FOR = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/**
 * Started by the Schedule of a payout schedule each local day, and by people: makes the batches of what is
 * due, one period after the other, until nothing is due. Starting it too often does no harm: a period has
 * one batch for ever. Answers the periods that it ran, where it did not have to continue as new.
 */
export async function autoPayout(input: AutoPayoutInput): Promise<{ periods: string[] }> {
  const { scheduleId, trigger = 'schedule', period, actor } = input;
  const { typedSearchAttributes, startTime } = workflowInfo();
  const dueBy =
    input.dueBy ?? (typedSearchAttributes.get(SCHEDULED_FOR) ?? startTime).toISOString();
  const periods: string[] = [];
  for (;;) {
    const { ran } = await payouts.runSchedule({ scheduleId, dueBy, trigger, period, actor });
    if (ran === null) return { periods };
    periods.push(ran.period);
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX)
      await continueAsNew<typeof autoPayout>({ ...input, dueBy });
  }
}
