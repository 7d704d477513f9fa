import { parseISO, toDate } from 'date-fns';

const DAY_MS = 86_400_000;

/** The first instant of a day such as `2026-01-31` in UTC, as milliseconds since 1970. */
export const startInUtc = (day: string): number => parseISO(`${day}T00:00:00Z`).getTime();

/** Whether a text is a day of the calendar, written `2026-01-31`. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startInUtc(text));

/** The day of an instant in UTC. */
export const dayInUtc = (at: number): string => toDate(at).toISOString().slice(0, 10);

/** The day so many days later; earlier where `days` is negative. */
export const addDays = (day: string, days: number): string =>
  dayInUtc(startInUtc(day) + days * DAY_MS);

/** 1 (Monday) to 7. */
export const weekdayOf = (day: string): number => ((startInUtc(day) / DAY_MS + 3) % 7) + 1;

/** The place of a day in its month, from 1. */
export const monthDayOf = (day: string): number => Number(day.slice(8));

/** The length of a day's month. */
export function daysInMonth(day: string): number {
  // The 28th and four days more are always in the next month.
  const inNext = addDays(`${day.slice(0, 8)}28`, 4);
  return monthDayOf(addDays(inNext, -monthDayOf(inNext)));
}

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));

/** Whether a day lies in the week of `anchor`, or an even number of weeks before or after it. */
export const isInFortnight = (day: string, anchor: string): boolean =>
  ((startInUtc(mondayOf(day)) - startInUtc(mondayOf(anchor))) / (7 * DAY_MS)) % 2 === 0;
