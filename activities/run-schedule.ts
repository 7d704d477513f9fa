import { SYSTEM, type Actor } from '../db/queries/actor.ts';
import type { Db } from '../db/client.ts';
import { holidaySet } from '../db/queries/holidays.ts';
import { readSchedule, type ScheduleRow } from '../db/queries/payout-schedules.ts';
import { periodsDone } from '../db/queries/schedule-runs.ts';
import type { Holidays } from '../domain/calendar/business-days.ts';
import { periodNamed, periodsDue, type Period } from '../domain/calendar/periods.ts';
import { payPeriod, type PayoutDeps } from './pay-period.ts';

export interface RunScheduleRequest {
  scheduleId: string;
  /** What was to run by then. */
  dueBy: string;
  trigger: 'schedule' | 'person';
  /** Only this one, by its name. */
  period?: string | undefined;
  /** Who asks; the product itself where absent. */
  actor?: Actor | undefined;
}

export interface RunScheduleEnd {
  /** What was run; null where nothing is due any more. */
  ran: { period: string; batchId: string | null } | null;
}

const HOUR_MS = 3_600_000;
/** Temporal looks a second time an hour after the first, where clocks may have leapt. */
const LOOKS_HOURS = 2;
/** The clocks of Temporal and of this machine may differ a little. */
const CLOCKS_MS = 60_000;

/**
 * Runs the first period of a schedule that is due and was not run: those whose time came after the
 * schedule was made and no longer ago than its catch-up hours; older ones stay undone and are seen in the
 * list of its runs. One that is asked for before its cut-off stays open while nobody is to be paid. A
 * schedule that is deleted or, unless a person asks, paused runs nothing. Safe to repeat, and beside
 * others.
 */
export const makeRunSchedule = (deps: PayoutDeps) =>
  async function runSchedule(request: RunScheduleRequest): Promise<RunScheduleEnd> {
    const { db } = deps;
    const { trigger, actor = SYSTEM } = request;
    const schedule = await readSchedule(db, request.scheduleId);
    if (!schedule || schedule.deletedAt !== null) return { ran: null };
    if (schedule.paused && trigger === 'schedule') return { ran: null };
    const holidays = await holidaySet(db, schedule.calendar);
    const now = (deps.now ?? Date.now)();
    const due = duePeriods(schedule, holidays, request, now);
    const period = await firstUndone(db, schedule.id, due);
    if (!period) return { ran: null };
    const batchId = await payPeriod(
      { ...deps, now: () => now },
      { schedule, holidays, period, trigger, actor },
    );
    if (batchId === null && period.cutoffAt > now) return { ran: null };
    return { ran: { period: period.period, batchId } };
  };

function duePeriods(
  schedule: ScheduleRow,
  holidays: Holidays,
  { dueBy, trigger, period }: RunScheduleRequest,
  now: number,
): Period[] {
  if (period !== undefined) {
    const named = periodNamed(schedule, holidays, period);
    return named ? [named] : [];
  }
  const until = Math.min(Date.parse(dueBy), now + CLOCKS_MS);
  const caughtUp = now - Math.max(schedule.catchupHours, LOOKS_HOURS) * HOUR_MS;
  const after = trigger === 'person' ? caughtUp : Math.max(caughtUp, schedule.createdAt.getTime());
  return periodsDue(schedule, holidays, after, until);
}

async function firstUndone(
  db: Db,
  scheduleId: string,
  due: readonly Period[],
): Promise<Period | undefined> {
  const done = await periodsDone(
    db,
    scheduleId,
    due.map(({ period }) => period),
  );
  return due.find(({ period }) => !done.has(period));
}
