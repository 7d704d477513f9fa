import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
} from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { listSchedules, readSchedule, type ScheduleRow } from '../db/queries/payout-schedules.ts';
import { payoutScheduleId } from '../domain/ids.ts';
import { AUTO_PAYOUT, TASK_QUEUE } from '../workflows/names.ts';
import type { Deps } from './deps.ts';

const PAGE = 200;
const HOUR_MS = 3_600_000;

/** What the sync changed in Temporal. */
export interface Synced {
  created: number;
  updated: number;
  deleted: number;
}

/**
 * Has Temporal's Schedules be what the payout schedules of the database say: makes those that it lacks,
 * changes those that differ, and removes those that were deleted. Those that it makes or that were resumed
 * look at once whether something is due. What others made is left alone. Safe to repeat, and beside
 * others. Throws the first failure, after all the others were seen to.
 */
export async function syncPayoutSchedules(db: Db, temporal: Client): Promise<Synced> {
  const synced: Synced = { created: 0, updated: 0, deleted: 0 };
  const failures: unknown[] = [];
  for (let after: string | undefined; ;) {
    const page = await listSchedules(db, { after, limit: PAGE });
    for (const schedule of page) {
      try {
        const change = await syncOne(temporal, schedule);
        if (change !== null) synced[change] += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.id;
  }
  const prefix = payoutScheduleId('');
  for await (const { scheduleId } of temporal.schedule.list()) {
    if (!scheduleId.startsWith(prefix)) continue;
    const row = await readSchedule(db, scheduleId.slice(prefix.length));
    if (row !== null && row.deletedAt !== null && (await remove(temporal, scheduleId)))
      synced.deleted += 1;
  }
  if (failures.length > 0) throw failures[0];
  return synced;
}

/** The same as an activity. */
export const makeSyncSchedules = ({ db, temporal }: Pick<Deps, 'db' | 'temporal'>) =>
  async function syncSchedules(): Promise<Synced> {
    return syncPayoutSchedules(db, temporal);
  };

async function syncOne(
  temporal: Client,
  schedule: ScheduleRow,
): Promise<'created' | 'updated' | null> {
  const scheduleId = payoutScheduleId(schedule.id);
  const wanted = settingsOf(schedule);
  const handle = temporal.schedule.getHandle(scheduleId);
  try {
    const current = await handle.describe();
    if (fingerprint(wanted) === fingerprintOf(current)) return null;
    await handle.update(() => wanted);
    if (current.state.paused && !wanted.state.paused)
      await handle.trigger(ScheduleOverlapPolicy.ALLOW_ALL);
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  try {
    // Temporal may have lost the one that was there, and its last looks with it.
    const state = { ...wanted.state, triggerImmediately: true };
    await temporal.schedule.create({ scheduleId, ...wanted, state });
    return 'created';
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return null;
    throw error;
  }
}

async function remove(temporal: Client, scheduleId: string): Promise<boolean> {
  try {
    await temporal.schedule.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

type Settings = ReturnType<typeof settingsOf>;

const OVERLAP = {
  skip: ScheduleOverlapPolicy.SKIP,
  buffer_one: ScheduleOverlapPolicy.BUFFER_ONE,
  buffer_all: ScheduleOverlapPolicy.BUFFER_ALL,
} as const;

/**
 * Each local day at the schedule's time, and once more an hour later: for days on which the clocks leap
 * over that time. Which days are its own, the activity knows.
 */
export function settingsOf(schedule: ScheduleRow) {
  const [hour = 0, minute = 0] = schedule.timeOfDay.split(':').map(Number);
  return {
    spec: {
      calendars: [
        { hour, minute, comment: `each day at ${schedule.timeOfDay}` },
        { hour: (hour + 1) % 24, minute, comment: 'a second look, where clocks leapt' },
      ],
      timezone: schedule.zone,
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: AUTO_PAYOUT,
      workflowId: payoutScheduleId(schedule.id),
      taskQueue: TASK_QUEUE,
      args: [{ scheduleId: schedule.id }],
      workflowExecutionTimeout: 24 * HOUR_MS,
    },
    policies: {
      overlap: OVERLAP[schedule.overlap],
      catchupWindow: schedule.catchupHours * HOUR_MS,
    },
    state: {
      paused: schedule.paused,
      ...(schedule.pausedReason !== null && { note: schedule.pausedReason }),
    },
  };
}

/** What tells two settings apart, in one line. */
const fingerprint = ({ spec, policies, state }: Settings): string =>
  [
    spec.timezone,
    ...spec.calendars.map(({ hour, minute }) => `${hour}:${minute}`),
    policies.overlap,
    policies.catchupWindow,
    state.paused,
  ].join(' ');

const fingerprintOf = ({ spec, policies, state }: ScheduleDescription): string =>
  [
    spec.timezone,
    ...(spec.calendars ?? []).map(
      ({ hour, minute }) => `${hour?.[0]?.start ?? 0}:${minute?.[0]?.start ?? 0}`,
    ),
    policies.overlap,
    policies.catchupWindow,
    state.paused,
  ].join(' ');
