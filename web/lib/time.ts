import { makeStore, useStore } from './store.ts';

export type TimeZoneChoice = 'utc' | 'local';

const KEPT_AS = 'bursar.timeZone';

const read = (): TimeZoneChoice => {
  try {
    return localStorage.getItem(KEPT_AS) === 'local' ? 'local' : 'utc';
  } catch {
    return 'utc';
  }
};

const choice = makeStore<TimeZoneChoice>(read());

/** Whether times are shown in UTC, as finance books them, or as the clock on the wall. */
export const useTimeZone = (): TimeZoneChoice => useStore(choice);

/** Switches the zone of all times on the screen, and keeps that for the next visit. */
export function chooseTimeZone(zone: TimeZoneChoice): void {
  choice.set(zone);
  try {
    localStorage.setItem(KEPT_AS, zone);
  } catch {
    // Where nothing may be kept, the choice holds until the page is left.
  }
}

const minute = { dateStyle: 'short', timeStyle: 'short' } as const;
const second = { dateStyle: 'short', timeStyle: 'medium' } as const;

/** Sweden writes dates as ISO does: 2026-01-31 12:00. */
const FORMATS = {
  utc: {
    minute: new Intl.DateTimeFormat('sv-SE', { ...minute, timeZone: 'UTC' }),
    second: new Intl.DateTimeFormat('sv-SE', { ...second, timeZone: 'UTC' }),
  },
  local: {
    minute: new Intl.DateTimeFormat('sv-SE', minute),
    second: new Intl.DateTimeFormat('sv-SE', second),
  },
};

/** An instant as text; without its zone, which stands in the header of the page. */
export const formatTime = (
  instant: string,
  zone: TimeZoneChoice,
  precision: 'minute' | 'second' = 'minute',
): string => FORMATS[zone][precision].format(new Date(instant));

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A span of time in its largest unit, like `3 h`. */
export function formatSpan(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (['s', 1] as const);
  return `${Math.floor(Math.max(0, seconds) / size)} ${unit}`;
}

/** How long ago an instant was. */
export const formatAge = (instant: string, nowMs: number): string =>
  formatSpan((nowMs - Date.parse(instant)) / 1_000);
