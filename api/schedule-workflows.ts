import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Actor } from '../db/queries/actor.ts';
import { DomainError } from '../domain/errors.ts';
import {
  backfillWorkflowId,
  SYNC_SCHEDULES_WORKFLOW_ID,
  triggerWorkflowId,
} from '../domain/ids.ts';
import type { AutoPayoutInput } from '../workflows/auto-payout.ts';
import type { BackfillEnd, BackfillInput } from '../workflows/backfill-payouts.ts';
import { AUTO_PAYOUT, BACKFILL_PAYOUTS, SYNC_SCHEDULES, TASK_QUEUE } from '../workflows/names.ts';

export interface BackfillStart {
  /** The schedule, or the programme, that is asked for. */
  subjectId: string;
  scheduleIds: readonly string[];
  from: string;
  to: string;
  actor: Actor;
}

export interface BackfillState {
  status: 'RUNNING' | 'DONE' | 'FAILED';
  /** Once it is done. */
  end: BackfillEnd | null;
}

/** What payout schedules ask of Temporal. */
export interface ScheduleWorkflows {
  /** Has Temporal's Schedules follow the database, soon. Never throws: workers see to it each minute. */
  syncSchedules(log: Logger): void;
  /** Runs what is due now, or one period. Returns the workflow's id. */
  triggerSchedule(input: {
    scheduleId: string;
    period: string | undefined;
    actor: Actor;
  }): Promise<string>;
  /** Begins a backfill; throws `invalid_state` while one of the same subject is under way. Returns the workflow's id. */
  startBackfill(start: BackfillStart): Promise<string>;
  /** How far the last backfill of a schedule or programme is; null where there is none. */
  backfillState(subjectId: string): Promise<BackfillState | null>;
}

type AutoPayout = (input: AutoPayoutInput) => Promise<unknown>;
type BackfillPayouts = (input: BackfillInput) => Promise<BackfillEnd>;

/** `soon` bounds the wait for Temporal. */
export function makeScheduleWorkflows(
  workflow: WorkflowClient,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
): ScheduleWorkflows {
  return {
    syncSchedules(log) {
      soon(() =>
        workflow.start(SYNC_SCHEDULES, {
          workflowId: SYNC_SCHEDULES_WORKFLOW_ID,
          taskQueue: TASK_QUEUE,
          args: [],
          // One that runs already may have read the database before the change.
          workflowIdConflictPolicy: 'TERMINATE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowExecutionTimeout: '10 minutes',
        }),
      ).catch((error: unknown) =>
        log.warn({ err: error }, "Temporal's schedules follow later: workers look each minute"),
      );
    },
    async triggerSchedule({ scheduleId, period, actor }) {
      const workflowId = triggerWorkflowId(scheduleId, period);
      await soon(() =>
        workflow.start<AutoPayout>(AUTO_PAYOUT, {
          workflowId,
          taskQueue: TASK_QUEUE,
          args: [{ scheduleId, trigger: 'person', actor, ...(period !== undefined && { period }) }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowExecutionTimeout: '1 day',
        }),
      );
      return workflowId;
    },
    async startBackfill({ subjectId, ...request }) {
      const workflowId = backfillWorkflowId(subjectId);
      try {
        await soon(() =>
          workflow.start<BackfillPayouts>(BACKFILL_PAYOUTS, {
            workflowId,
            taskQueue: TASK_QUEUE,
            args: [request],
            workflowIdConflictPolicy: 'FAIL',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        throw new DomainError('invalid_state', 'A backfill is under way; wait until it has ended.');
      }
      return workflowId;
    },
    backfillState: (subjectId) => stateOf(workflow, soon, backfillWorkflowId(subjectId)),
  };
}

async function stateOf(
  workflow: WorkflowClient,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
  workflowId: string,
): Promise<BackfillState | null> {
  const handle = workflow.getHandle<BackfillPayouts>(workflowId);
  try {
    const { status } = await soon(() => handle.describe());
    if (status.name === 'RUNNING') return { status: 'RUNNING', end: null };
    if (status.name !== 'COMPLETED') return { status: 'FAILED', end: null };
    return { status: 'DONE', end: await soon(() => handle.result()) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
