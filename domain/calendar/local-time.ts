import { tzOffset } from '@date-fns/tz';
import { toDate } from 'date-fns';
import { dayInUtc, startInUtc } from './days.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A local time of day, `09:00`. */
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/** How far the clocks of a zone are ahead of UTC at an instant. */
const aheadMs = (zone: string, at: number): number => tzOffset(zone, toDate(at)) * MINUTE_MS;

/**
 * The instant at which the clocks of a zone show this day and time. Where they show it twice, the
 * first; where they skip it, the first instant after the gap.
 */
export function instantAt(day: string, timeOfDay: string, zone: string): number {
  const shown = startInUtc(day) + minutesOf(timeOfDay) * MINUTE_MS;
  const before = aheadMs(zone, shown - DAY_MS);
  const after = aheadMs(zone, shown + DAY_MS);
  const fits = [shown - before, shown - after].filter((at) => at + aheadMs(zone, at) === shown);
  return fits.length > 0 ? Math.min(...fits) : endOfGap(shown - after, shown - before, zone);
}

/** The only change of the clocks between two instants. */
function endOfGap(from: number, to: number, zone: string): number {
  const changed = aheadMs(zone, to);
  let [early, late] = [from, to];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (aheadMs(zone, middle) === changed) late = middle;
    else early = middle;
  }
  return late;
}

const minutesOf = (timeOfDay: string): number =>
  Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));

/** The day and the time of day that the clocks of a zone show at an instant. */
export function localAt(at: number, zone: string): { day: string; timeOfDay: string } {
  const shown = at + aheadMs(zone, at);
  return { day: dayInUtc(shown), timeOfDay: toDate(shown).toISOString().slice(11, 16) };
}

const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** Whether an IANA zone has that name, in the case that its database writes it in. */
export function isZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // Another spelling of the same name is not the name: servers look zones up as files.
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
