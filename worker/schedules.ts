import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { syncPayoutSchedules } from '../activities/sync-schedules.ts';
import type { Db } from '../db/client.ts';
import { dailyScheduleId } from '../domain/ids.ts';
import { DAILY, TASK_QUEUE } from '../workflows/names.ts';

/** By then the providers have booked the day before. */
const HOUR_UTC = 3;
const MINUTE = 10;

/**
 * Makes sure that each of these providers is reconciled and watched for returns once a day. One that
 * was missed while Temporal was away is made up for within two days. What is there already stays, so
 * an operator may pause it or move it to another hour.
 */
export async function ensureDailySchedules(
  client: Client,
  providers: readonly { name: string }[],
): Promise<void> {
  for (const { name } of providers) {
    try {
      await client.schedule.create({
        scheduleId: dailyScheduleId(name),
        spec: { calendars: [{ hour: HOUR_UTC, minute: MINUTE, comment: 'daily, in UTC' }] },
        action: {
          type: 'startWorkflow',
          workflowType: DAILY,
          workflowId: dailyScheduleId(name),
          taskQueue: TASK_QUEUE,
          args: [{ provider: name }],
          workflowExecutionTimeout: '1 hour',
        },
        policies: { overlap: 'SKIP', catchupWindow: '2 days' },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}

/**
 * Has Temporal's Schedules be what the payout schedules of the database say. One that Temporal refuses is
 * told to the log, and holds up neither the others nor the worker.
 */
export async function ensurePayoutSchedules(db: Db, client: Client, logger: Logger): Promise<void> {
  try {
    await syncPayoutSchedules(db, client);
  } catch (error) {
    logger.warn({ err: error }, 'a payout schedule is not in Temporal as it should be');
  }
}
