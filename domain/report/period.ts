import { addDays, daysInMonth, mondayOf, monthDayOf } from '../calendar/days.ts';
import { instantAt, localAt } from '../calendar/local-time.ts';

/** A span of instants in milliseconds since 1970, from `from`, included, to `to`, not included. */
export interface Span {
  from: number;
  to: number;
}

/** What a report is about, and the zone by whose clocks its days begin. */
export interface Period extends Span {
  zone: string;
}

/** How finely a time series divides its period. Weeks begin on Monday. */
export const GRAINS = ['day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** A piece of a period, named by the first local day of its whole day, week or month. */
export interface Bucket extends Span {
  key: string;
}

/** Longer periods are refused: ten years with their leap days. */
export const PERIOD_DAYS_MAX = 3_660;
/** Finer divisions are refused. */
export const BUCKETS_MAX = 1_000;

const MIDNIGHT = '00:00';

const midnight = (day: string, zone: string): number => instantAt(day, MIDNIGHT, zone);

/**
 * The days, weeks or months that a period touches, in order and without gaps; the first and the last
 * are cut to the period. A local day is as long as the zone's clocks make it, 23 to 25 hours as a rule.
 */
export function bucketsOf({ from, to, zone }: Period, grain: Grain): Bucket[] {
  const buckets: Bucket[] = [];
  let key = firstDayOf(localAt(from, zone).day, grain);
  let start = midnight(key, zone);
  while (start < to) {
    const next = nextAfter(key, grain);
    const end = midnight(next, zone);
    const span = { from: Math.max(start, from), to: Math.min(end, to) };
    // A zone that leapt over the date line has days that never were.
    if (span.from < span.to) buckets.push({ key, ...span });
    [key, start] = [next, end];
  }
  return buckets;
}

/**
 * The period that one is compared with: the one before of the same length. Whole local months are
 * compared with as many months, whole local days with as many days, anything else by its duration.
 */
export function periodBefore({ from, to, zone }: Period): Period {
  const first = localAt(from, zone).day;
  const end = localAt(to, zone).day;
  const whole = midnight(first, zone) === from && midnight(end, zone) === to;
  if (!whole) return { from: from - (to - from), to: from, zone };
  const before =
    monthDayOf(first) === 1 && monthDayOf(end) === 1
      ? monthsBefore(first, monthsBetween(first, end))
      : addDays(first, -daysBetween(first, end));
  return { from: midnight(before, zone), to: from, zone };
}

/** The last day whose bucket begins on or before the day. */
function firstDayOf(day: string, grain: Grain): string {
  if (grain === 'week') return mondayOf(day);
  return grain === 'month' ? `${day.slice(0, 8)}01` : day;
}

function nextAfter(day: string, grain: Grain): string {
  if (grain === 'day') return addDays(day, 1);
  return addDays(day, grain === 'week' ? 7 : daysInMonth(day));
}

/** The number of a day's month, counted from the year 0. */
const monthNumber = (day: string): number =>
  Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

const monthsBetween = (first: string, end: string): number => monthNumber(end) - monthNumber(first);

function monthsBefore(day: string, months: number): string {
  const number = monthNumber(day) - months;
  const year = String(Math.floor(number / 12)).padStart(4, '0');
  return `${year}-${String((number % 12) + 1).padStart(2, '0')}-01`;
}

const DAY_MS = 86_400_000;

const daysBetween = (first: string, end: string): number =>
  (instantAt(end, MIDNIGHT, 'UTC') - instantAt(first, MIDNIGHT, 'UTC')) / DAY_MS;
