import type { Actor } from '../db/queries/actor.ts';
import type { Db } from '../db/client.ts';
import { holidaySet } from '../db/queries/holidays.ts';
import { findSchedule, type ScheduleRow } from '../db/queries/payout-schedules.ts';
import { periodsDone } from '../db/queries/schedule-runs.ts';
import { SHIFT_DAYS_MAX, type Holidays } from '../domain/calendar/business-days.ts';
import { addDays } from '../domain/calendar/days.ts';
import { instantAt } from '../domain/calendar/local-time.ts';
import { inOrder, periodsDue, type Period } from '../domain/calendar/periods.ts';
import { payPeriod, type PayoutDeps } from './pay-period.ts';

export interface BackfillRequest {
  /** Of one programme; periods that run at once are made in this order. */
  scheduleIds: readonly string[];
  /** The first and the last nominal day, both included. */
  from: string;
  to: string;
  actor: Actor;
}

export interface BackfillPart {
  /** Periods made in this part, and batches among them. */
  periods: number;
  batches: number;
  /** Whether more are left. */
  more: boolean;
}

/** A part ends after so long, so that a crash repeats little. */
const PART_MS = 20_000;

/**
 * Makes the periods of a span that nobody has made yet, as they would have been made then: in the order
 * in which they were due, each by what was earned and had matured by its cut-off. Periods whose time has
 * not come are left out. Nothing of them is sent before people approve and execute it. Safe to repeat.
 */
export const makeBackfillPeriods = (deps: PayoutDeps) =>
  async function backfillPeriods(request: BackfillRequest): Promise<BackfillPart> {
    const { db } = deps;
    const { actor } = request;
    const now = (deps.now ?? Date.now)();
    const left = await undone(db, request, now);
    const end = performance.now() + PART_MS;
    const part = { periods: 0, batches: 0 };
    for (const { schedule, holidays, period } of left) {
      if (performance.now() > end) break;
      const batchId = await payPeriod(deps, {
        schedule,
        holidays,
        period,
        trigger: 'backfill',
        actor,
      });
      part.periods += 1;
      if (batchId !== null) part.batches += 1;
    }
    return { ...part, more: part.periods < left.length };
  };

interface Undone {
  schedule: ScheduleRow;
  holidays: Holidays;
  period: Period;
}

async function undone(db: Db, request: BackfillRequest, now: number): Promise<Undone[]> {
  const all: Undone[] = [];
  for (const id of request.scheduleIds) {
    const schedule = await findSchedule(db, id);
    const holidays = await holidaySet(db, schedule.calendar);
    const periods = periodsOf(schedule, holidays, request, now);
    const done = await periodsDone(
      db,
      id,
      periods.map(({ period }) => period),
    );
    for (const period of periods)
      if (!done.has(period.period)) all.push({ schedule, holidays, period });
  }
  // Equal ones stay in the order of the schedules.
  return all.toSorted((one, other) =>
    one.period.nominalDay === other.period.nominalDay && one.period.runAt === other.period.runAt
      ? 0
      : inOrder(one.period, other.period),
  );
}

/** The periods of a span whose time has come. */
function periodsOf(
  schedule: ScheduleRow,
  holidays: Holidays,
  { from, to }: BackfillRequest,
  now: number,
): Period[] {
  const start = instantAt(addDays(from, -SHIFT_DAYS_MAX - 1), '00:00', schedule.zone);
  const end = instantAt(addDays(to, SHIFT_DAYS_MAX + 1), '00:00', schedule.zone);
  return periodsDue(schedule, holidays, start, Math.min(end, now)).filter(
    ({ nominalDay }) => nominalDay >= from && nominalDay <= to,
  );
}
