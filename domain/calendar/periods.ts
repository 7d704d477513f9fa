import type { Frequency } from '../rules/terms.ts';
import {
  isBusinessDay,
  shiftDay,
  SHIFT_DAYS_MAX,
  type Holidays,
  type Shift,
} from './business-days.ts';
import { addDays, daysInMonth, isDay, isInFortnight, monthDayOf, weekdayOf } from './days.ts';
import { instantAt, localAt } from './local-time.ts';

export const SCHEDULE_FREQUENCIES = ['day', 'week', 'fortnight', 'month'] as const;
export type ScheduleFrequency = (typeof SCHEDULE_FREQUENCIES)[number];

/** When a schedule pays. Days and times are those of its zone. */
export interface PayTimes {
  frequency: ScheduleFrequency;
  /** 1 (Monday) to 7, for payees whose rule names none. */
  weekday: number | null;
  /** 1 to 31, for payees whose rule names none. */
  monthDay: number | null;
  /** A day in the first fortnight. */
  anchor: string | null;
  timeOfDay: string;
  zone: string;
  shift: Shift;
  /** Days before it are not its own. */
  startsOn: string;
}

/** One payout of a schedule. Instants are milliseconds since 1970. */
export interface Period {
  /** `week/2026-11-23`: names it for ever. */
  period: string;
  nominalDay: string;
  /** When it is paid: the schedule's time on the business day that stands for the nominal day. */
  runAt: number;
  /** What had matured before then is paid: its time on the nominal day, or `runAt` where that is earlier. */
  cutoffAt: number;
}

/**
 * Whether a payee whose rule has this frequency is paid on a nominal day. One whose rule has none is
 * paid on the day that the schedule itself names. A month that is too short pays on its last day.
 */
export function isDue(frequency: Frequency | null, times: PayTimes, nominalDay: string): boolean {
  if (frequency !== null && frequency.every !== times.frequency) return false;
  switch (times.frequency) {
    case 'day':
      return true;
    case 'week':
      return weekdayOf(nominalDay) === weekdayFor(frequency, times);
    case 'fortnight':
      return (
        isInFortnight(nominalDay, times.anchor ?? times.startsOn) &&
        weekdayOf(nominalDay) === weekdayFor(frequency, times)
      );
    case 'month':
      return (
        monthDayOf(nominalDay) === Math.min(monthDayFor(frequency, times), daysInMonth(nominalDay))
      );
  }
}

const weekdayFor = (frequency: Frequency | null, { weekday }: PayTimes): number =>
  (frequency && 'weekday' in frequency ? frequency.weekday : null) ?? weekday ?? 1;

const monthDayFor = (frequency: Frequency | null, { monthDay }: PayTimes): number =>
  (frequency && 'day' in frequency ? frequency.day : null) ?? monthDay ?? 1;

/**
 * Whether a schedule has a period on a day. Payees have days of their own, so all but the daily one
 * have a period on every day that could be somebody's. A daily schedule that shifts has one on each
 * business day: what would fall on other days is part of it.
 */
function isNominal(day: string, times: PayTimes, holidays: Holidays): boolean {
  if (day < times.startsOn) return false;
  if (times.frequency === 'day') return times.shift === 'none' || isBusinessDay(day, holidays);
  return times.frequency !== 'fortnight' || isInFortnight(day, times.anchor ?? times.startsOn);
}

function periodOn(nominalDay: string, times: PayTimes, holidays: Holidays): Period {
  const { frequency, shift, timeOfDay, zone } = times;
  const runAt = instantAt(shiftDay(nominalDay, shift, holidays), timeOfDay, zone);
  const cutoffAt = Math.min(runAt, instantAt(nominalDay, timeOfDay, zone));
  return { period: `${frequency}/${nominalDay}`, nominalDay, runAt, cutoffAt };
}

/** Periods whose time to run lies after one instant and not after another, in the order in which they run. */
export function periodsDue(
  times: PayTimes,
  holidays: Holidays,
  afterMs: number,
  untilMs: number,
): Period[] {
  const reach = times.shift === 'none' ? 1 : SHIFT_DAYS_MAX + 1;
  const first = addDays(localAt(afterMs, times.zone).day, -reach);
  const last = addDays(localAt(untilMs, times.zone).day, reach);
  const due: Period[] = [];
  for (let day = laterOf(first, times.startsOn); day <= last; day = addDays(day, 1)) {
    if (!isNominal(day, times, holidays)) continue;
    const period = periodOn(day, times, holidays);
    if (period.runAt > afterMs && period.runAt <= untilMs) due.push(period);
  }
  return due.toSorted(inOrder);
}

const laterOf = (one: string, other: string): string => (one > other ? one : other);

/** By when they run, and by nominal day where several run at once. */
export const inOrder = (one: Period, other: Period): number =>
  one.runAt - other.runAt || (one.nominalDay < other.nominalDay ? -1 : 1);

const LOOK_AHEAD_MS = 62 * 86_400_000;
const LOOKS_MAX = 24;

/**
 * The next periods after an instant, at most so many and within four years. `counts` leaves out nominal
 * days on which nobody could be paid.
 */
export function nextRuns(
  times: PayTimes,
  holidays: Holidays,
  afterMs: number,
  count: number,
  counts: (nominalDay: string) => boolean = () => true,
): Period[] {
  const start = Math.max(afterMs, instantAt(times.startsOn, '00:00', times.zone) - LOOK_AHEAD_MS);
  const found: Period[] = [];
  for (let look = 0; look < LOOKS_MAX && found.length < count; look += 1) {
    const from = start + look * LOOK_AHEAD_MS;
    const next = periodsDue(times, holidays, from, from + LOOK_AHEAD_MS);
    found.push(...next.filter(({ nominalDay }) => counts(nominalDay)));
  }
  return found.slice(0, count);
}

const LABEL = /^(day|week|fortnight|month)\/(\d{4}-\d{2}-\d{2})$/;

/** The period of a schedule with that name; null where it has none. */
export function periodNamed(times: PayTimes, holidays: Holidays, label: string): Period | null {
  const [, frequency, day] = LABEL.exec(label) ?? [];
  if (frequency !== times.frequency || day === undefined) return null;
  if (!isDay(day) || !isNominal(day, times, holidays)) return null;
  return periodOn(day, times, holidays);
}
