import type { TierPeriod } from './terms.ts';

/** A span of instants in milliseconds since 1970: from `start`, included, to `end`, not included. */
export interface ZonePeriod {
  start: number;
  end: number;
  /** Its first local day, `2026-03-01`; of `all` it is `all`, which has no end on either side. */
  key: string;
}

/** The months, quarters and years of one zone. */
export interface ZoneCalendar {
  readonly zone: string;
  /** The period that an instant lies in. RangeError for an instant that no calendar knows. */
  periodOf(period: TierPeriod, at: number): ZonePeriod;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 31_556_952_000;
/** Instants further from 1970 are none. */
const INSTANT_MAX = 8_640_000_000_000_000;
const ALL: ZonePeriod = { start: -Infinity, end: Infinity, key: 'all' };

/**
 * The calendar of a zone. The years from one instant to another are reckoned at once, any other year
 * when it is first asked for. A period begins with the first instant that the zone's clocks show its
 * first day: where they skip that midnight, when they leap; where they show it twice, the first time.
 * RangeError for a zone that there is not.
 */
export function makeZoneCalendar(zone: string, from: number, to: number): ZoneCalendar {
  const local = localClock(zone);
  const years = new Map<number, Year>();
  const yearOf = (year: number): Year => {
    const known = years.get(year);
    if (known) return known;
    const reckoned = reckonYear(local, year);
    years.set(year, reckoned);
    return reckoned;
  };
  const latest: Record<TierPeriod, ZonePeriod> = {
    month: NONE,
    quarter: NONE,
    year: NONE,
    all: ALL,
  };
  const find = (period: Exclude<TierPeriod, 'all'>, at: number): ZonePeriod => {
    if (!(Math.abs(at) <= INSTANT_MAX)) throw new RangeError(`${at} is no instant`);
    let number = 1970 + Math.floor(at / YEAR_MS);
    while (at < yearOf(number).year.start) number -= 1;
    while (at >= yearOf(number).year.end) number += 1;
    const year = yearOf(number);
    if (period === 'year') return year.year;
    return within(period === 'month' ? year.months : year.quarters, at);
  };
  for (let at = from; at < to; at += YEAR_MS / 2) find('year', at);
  return {
    zone,
    periodOf: (period, at) => {
      const held = latest[period];
      if (at >= held.start && at < held.end) return held;
      return period === 'all' ? ALL : (latest[period] = find(period, at));
    },
  };
}

const NONE: ZonePeriod = { start: Infinity, end: -Infinity, key: '' };

interface Year {
  months: readonly ZonePeriod[];
  quarters: readonly ZonePeriod[];
  year: ZonePeriod;
}

/** Of periods that follow each other, the one that holds an instant; it lies in one of them. */
function within(periods: readonly ZonePeriod[], at: number): ZonePeriod {
  let [low, high] = [0, periods.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at < (periods[middle]?.end ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return periods[low] ?? NONE;
}

function reckonYear(local: LocalClock, year: number): Year {
  const starts = Array.from({ length: 13 }, (_, month) => startOfMonth(local, year, month));
  const every = (months: number): ZonePeriod[] =>
    Array.from({ length: 12 / months }, (_, index) => ({
      start: starts[index * months] ?? 0,
      end: starts[(index + 1) * months] ?? 0,
      key: `${String(year).padStart(4, '0')}-${String(index * months + 1).padStart(2, '0')}-01`,
    }));
  const [whole = NONE] = every(12);
  return { months: every(1), quarters: every(3), year: whole };
}

/** What the clocks of a zone show at an instant, as if it were UTC. */
type LocalClock = (at: number) => number;

function localClock(zone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return utc(year, month - 1, day, hour, minute, second);
  };
}

/** The month counts from 0, and 12 is the first of the next year. */
function startOfMonth(local: LocalClock, year: number, month: number): number {
  const midnight = utc(year, month, 1);
  // No zone is further than 15 hours from UTC, and none changes twice within these days.
  const [early, late] = [midnight - DAY_MS, midnight + DAY_MS];
  const shownAt = [early, late].map((near) => midnight - (local(near) - near));
  const right = shownAt.filter((at) => local(at) === midnight);
  if (right.length > 0) return Math.min(...right);
  // The clocks skip that midnight: they leap over it at one instant in between.
  let [before, after] = [early, late];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (local(middle) < midnight) before = middle;
    else after = middle;
  }
  return after;
}

// oxlint-disable-next-line no-restricted-globals -- reckons with days that are given, reads no clock
const utc = Date.UTC;
