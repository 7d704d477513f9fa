import { addDays, weekdayOf } from './days.ts';

/** Days on which banks are closed, besides weekends. */
export type Holidays = ReadonlySet<string>;

/** Where a day is no business day: on the next, on the one before, or all the same. */
export const SHIFTS = ['next', 'previous', 'none'] as const;
export type Shift = (typeof SHIFTS)[number];

/** No day is moved farther; a calendar that closes longer leaves days where they are. */
export const SHIFT_DAYS_MAX = 31;

/** Whether a day is neither of a weekend nor a holiday. */
export const isBusinessDay = (day: string, holidays: Holidays): boolean =>
  weekdayOf(day) <= 5 && !holidays.has(day);

/** The business day that stands for a day. */
export function shiftDay(day: string, shift: Shift, holidays: Holidays): string {
  if (shift === 'none') return day;
  const step = shift === 'next' ? 1 : -1;
  for (let days = 0; days <= SHIFT_DAYS_MAX; days += 1) {
    const moved = addDays(day, days * step);
    if (isBusinessDay(moved, holidays)) return moved;
  }
  return day;
}

/** The first business day after a day. */
export const nextBusinessDay = (day: string, holidays: Holidays): string =>
  shiftDay(addDays(day, 1), 'next', holidays);
