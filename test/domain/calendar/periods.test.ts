import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isDue,
  nextRuns,
  periodNamed,
  periodsDue,
  type PayTimes,
} from '../../../domain/calendar/periods.ts';
import type { Frequency } from '../../../domain/rules/terms.ts';
import { walkZone } from './walked-zone.ts';

const DAY_MS = 86_400_000;
const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
] as const;
const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2031, 0, 1);
const NONE = new Set<string>();

const times = (given: Partial<PayTimes> = {}): PayTimes => ({
  frequency: 'day',
  weekday: null,
  monthDay: null,
  anchor: null,
  timeOfDay: '09:00',
  zone: 'UTC',
  shift: 'none',
  startsOn: '2026-01-01',
  ...given,
});
const written = (at: number): string => new Date(at).toISOString().slice(0, 10);
const stamp = (at: number): string => new Date(at).toISOString().slice(0, 16);
const weekday = (day: string): number => new Date(day).getUTCDay() || 7;
const walkedZones = new Map(
  ZONES.map((zone) => [zone, walkZone(zone, FROM - 60 * DAY_MS, UNTIL + 60 * DAY_MS)]),
);

/** The same, day by day: each day is asked in turn where it is paid. */
function slowRuns(schedule: PayTimes & { zone: (typeof ZONES)[number] }, holidays: Set<string>) {
  const open = (day: string): boolean => weekday(day) < 6 && !holidays.has(day);
  const showing = (day: string): number => {
    const at = walkedZones.get(schedule.zone)?.firstShowing(`${day} ${schedule.timeOfDay}`);
    if (at === undefined) throw new RangeError(schedule.zone);
    return at;
  };
  const runs: { period: string; runAt: number; cutoffAt: number }[] = [];
  for (let at = Date.parse(schedule.startsOn); at < UNTIL + 40 * DAY_MS; at += DAY_MS) {
    const day = written(at);
    if (schedule.frequency === 'day' && schedule.shift !== 'none' && !open(day)) continue;
    const weeks = Math.round(
      (monday(at) - monday(Date.parse(schedule.anchor ?? day))) / DAY_MS / 7,
    );
    if (schedule.frequency === 'fortnight' && weeks % 2 !== 0) continue;
    let paid = at;
    while (schedule.shift !== 'none' && !open(written(paid)))
      paid += schedule.shift === 'next' ? DAY_MS : -DAY_MS;
    const runAt = showing(written(paid));
    runs.push({
      period: `${schedule.frequency}/${day}`,
      runAt,
      cutoffAt: Math.min(runAt, showing(day)),
    });
  }
  return runs
    .filter(({ runAt }) => runAt > FROM && runAt <= UNTIL)
    .toSorted((a, b) => a.runAt - b.runAt || (a.period < b.period ? -1 : 1));
}
const monday = (at: number): number => at - (weekday(written(at)) - 1) * DAY_MS;

const scheduleCase = fc.record({
  zone: fc.constantFrom(...ZONES),
  frequency: fc.constantFrom(
    'day' as const,
    'week' as const,
    'fortnight' as const,
    'month' as const,
  ),
  weekday: fc.option(fc.integer({ min: 1, max: 7 })),
  monthDay: fc.option(fc.integer({ min: 1, max: 31 })),
  anchor: fc.constantFrom('2026-01-01', '2026-01-07', '2025-12-29', '2027-06-13'),
  timeOfDay: fc.constantFrom(
    '00:00',
    '00:30',
    '01:30',
    '02:00',
    '02:15',
    '02:30',
    '09:00',
    '23:45',
  ),
  shift: fc.constantFrom('next' as const, 'previous' as const, 'none' as const),
  startsOn: fc.constantFrom('2026-01-01', '2026-02-28', '2027-10-31'),
});
const holidayCase = fc.uniqueArray(fc.integer({ min: -5, max: 1_830 }), { maxLength: 80 });

test('2026 to 2030: one run a period, never back in time, as the slow calculation has it', () => {
  fc.assert(
    fc.property(scheduleCase, holidayCase, (schedule, closed) => {
      const holidays = new Set(closed.map((day) => written(FROM + day * DAY_MS)));
      const due = periodsDue(schedule, holidays, FROM, UNTIL);
      expect(new Set(due.map(({ period }) => period)).size).toBe(due.length);
      const least = schedule.shift === 'none' || schedule.frequency === 'day' ? 1 : 0;
      const gaps = due.slice(1).map(({ runAt }, index) => runAt - (due[index]?.runAt ?? 0));
      expect(gaps.filter((gap) => gap < least)).toEqual([]);
      const found = due.map(({ period, runAt, cutoffAt }) => ({ period, runAt, cutoffAt }));
      expect(found).toEqual(slowRuns(schedule, holidays));
    }),
    { numRuns: 60 },
  );
});

test('looked at in any steps, each period is due in exactly one of them', () => {
  fc.assert(
    fc.property(
      scheduleCase,
      fc.array(fc.integer({ min: 1, max: 9 * 24 }), { minLength: 20, maxLength: 60 }),
      (schedule, steps) => {
        let at = Date.UTC(2026, 2, 1);
        const start = at;
        const seen = steps.flatMap((hours) => {
          const from = at;
          at += hours * 3_600_000;
          return periodsDue(schedule, NONE, from, at);
        });
        expect(seen).toEqual(periodsDue(schedule, NONE, start, at));
      },
    ),
    { numRuns: 60 },
  );
});

describe('who is due on which day', () => {
  const every = (frequency: Frequency | null, schedule: PayTimes, from: string, days: number) =>
    Array.from({ length: days }, (_none, index) =>
      written(Date.parse(from) + index * DAY_MS),
    ).filter((day) => isDue(frequency, schedule, day));

  test.each<[string, Frequency | null, Partial<PayTimes>, string, number, string[]]>([
    ['daily', { every: 'day' }, {}, '2026-11-21', 3, ['2026-11-21', '2026-11-22', '2026-11-23']],
    ['daily, no rule', null, {}, '2026-11-21', 2, ['2026-11-21', '2026-11-22']],
    ['weekly payee, daily schedule', { every: 'week', weekday: 1 }, {}, '2026-11-01', 30, []],
    ['manual', { every: 'manual' }, {}, '2026-11-01', 30, []],
    [
      'own weekday',
      { every: 'week', weekday: 3 },
      { frequency: 'week', weekday: 1 },
      '2026-11-16',
      14,
      ['2026-11-18', '2026-11-25'],
    ],
    [
      "the schedule's weekday",
      { every: 'week', weekday: null },
      { frequency: 'week', weekday: 5 },
      '2026-11-16',
      14,
      ['2026-11-20', '2026-11-27'],
    ],
    ['weekly, no rule', null, { frequency: 'week', weekday: 7 }, '2026-11-16', 7, ['2026-11-22']],
    [
      'fortnightly from the week of the anchor',
      { every: 'fortnight', weekday: 2 },
      { frequency: 'fortnight', anchor: '2026-11-19' },
      '2026-11-01',
      45,
      ['2026-11-03', '2026-11-17', '2026-12-01', '2026-12-15'],
    ],
    [
      'monthly on the 31st: on the last day of shorter months',
      { every: 'month', day: 31 },
      { frequency: 'month', monthDay: 1 },
      '2028-01-01',
      125,
      ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'],
    ],
    [
      'monthly on the 29th in a year without it',
      { every: 'month', day: 29 },
      { frequency: 'month' },
      '2027-02-01',
      60,
      ['2027-02-28', '2027-03-29'],
    ],
    [
      "monthly on the schedule's day",
      { every: 'month', day: null },
      { frequency: 'month', monthDay: 15 },
      '2026-11-01',
      60,
      ['2026-11-15', '2026-12-15'],
    ],
  ])('%s', (_name, frequency, given, from, days, expected) => {
    expect(every(frequency, times(given), from, days)).toEqual(expected);
  });
});

describe('where days are no business days', () => {
  const runs = (given: Partial<PayTimes>, holidays: string[], from: string, count: number) =>
    nextRuns(times(given), new Set(holidays), Date.parse(from), count).map(
      ({ period, runAt, cutoffAt }) => `${period} ${stamp(runAt)} ${stamp(cutoffAt)}`,
    );

  test('weekly payees of a weekend are paid on Monday what had matured by their day', () => {
    expect(runs({ frequency: 'week', shift: 'next' }, [], '2026-11-20T12:00Z', 3)).toEqual([
      'week/2026-11-21 2026-11-23T09:00 2026-11-21T09:00',
      'week/2026-11-22 2026-11-23T09:00 2026-11-22T09:00',
      'week/2026-11-23 2026-11-23T09:00 2026-11-23T09:00',
    ]);
  });

  test('paid the day before, what has matured by then is paid', () => {
    const holidays = ['2026-12-31', '2027-01-01'];
    expect(
      runs({ frequency: 'month', shift: 'previous' }, holidays, '2026-12-30T08:00Z', 4),
    ).toEqual([
      'month/2026-12-30 2026-12-30T09:00 2026-12-30T09:00',
      'month/2026-12-31 2026-12-30T09:00 2026-12-30T09:00',
      'month/2027-01-01 2026-12-30T09:00 2026-12-30T09:00',
      'month/2027-01-02 2026-12-30T09:00 2026-12-30T09:00',
    ]);
  });

  test('a daily schedule that shifts runs once on each business day', () => {
    expect(runs({ shift: 'next' }, ['2026-11-24'], '2026-11-20T12:00Z', 3)).toEqual([
      'day/2026-11-23 2026-11-23T09:00 2026-11-23T09:00',
      'day/2026-11-25 2026-11-25T09:00 2026-11-25T09:00',
      'day/2026-11-26 2026-11-26T09:00 2026-11-26T09:00',
    ]);
  });
});

test('next runs leave out days on which nobody is due, and look years ahead', () => {
  const leap = times({ frequency: 'month', startsOn: '2026-06-01' });
  const counts = (day: string): boolean => day.endsWith('02-29');
  const next = nextRuns(leap, NONE, Date.UTC(2026, 5, 1), 5, counts);
  expect(next.map(({ period }) => period)).toEqual(['month/2028-02-29']);
});

test('a period is known by its name, and only where the schedule has it', () => {
  const weekly = times({ frequency: 'week', startsOn: '2026-11-02' });
  expect(periodNamed(weekly, NONE, 'week/2026-11-23')).toEqual(
    periodsDue(weekly, NONE, Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 24))[0],
  );
  for (const no of ['week/2026-11-01', 'day/2026-11-23', 'week/2026-02-30', 'week/x', ''])
    expect(periodNamed(weekly, NONE, no)).toBeNull();
});
