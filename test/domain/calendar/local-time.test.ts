import { describe, expect, test } from 'vitest';
import { instantAt, isZone, localAt } from '../../../domain/calendar/local-time.ts';
import { walkZone } from './walked-zone.ts';

const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2031, 0, 1);
const TIMES = ['00:00', '00:30', '01:45', '02:00', '02:15', '02:30', '09:00', '23:45'];

test.each([
  ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00:00Z', 'skipped: after the gap'],
  ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00Z', 'twice: the first'],
  ['2026-03-29', '02:00', 'Europe/Berlin', '2026-03-29T01:00:00Z', 'the first skipped minute'],
  ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00Z', 'the first one after the gap'],
  ['2026-10-25', '02:00', 'Europe/Berlin', '2026-10-25T00:00:00Z', 'the first minute shown twice'],
  ['2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T02:00:00Z', 'the first one shown once'],
  ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:30:00Z', 'half an hour skipped'],
  ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z', 'half an hour twice'],
  ['2026-09-06', '00:00', 'America/Santiago', '2026-09-06T04:00:00Z', 'a day without midnight'],
  ['2026-04-04', '23:30', 'America/Santiago', '2026-04-05T02:30:00Z', 'a day with two of it'],
  ['2011-12-30', '09:00', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'a whole day skipped'],
  ['2028-02-29', '09:00', 'UTC', '2028-02-29T09:00:00Z', 'a leap day'],
])('%s %s in %s is %s (%s)', (day, time, zone, instant) => {
  expect(new Date(instantAt(day, time, zone)).toISOString()).toBe(new Date(instant).toISOString());
});

describe.each([
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
])('%s', (zone) => {
  const walked = walkZone(zone, FROM - 86_400_000, UNTIL + 86_400_000);

  test('every quarter of an hour of 2026 to 2030 is where a walk through Intl finds it', () => {
    expect(walked.skipped.length).toBeGreaterThanOrEqual(8);
    expect(walked.twice.length).toBeGreaterThanOrEqual(8);
    const shown = [...walked.skipped, ...walked.twice];
    for (let day = FROM; day < UNTIL; day += 86_400_000) {
      const written = new Date(day).toISOString().slice(0, 10);
      shown.push(...TIMES.map((time) => `${written} ${time}`));
    }
    const wrong = shown.filter((text) => {
      const [day = '', time = ''] = text.split(' ');
      return instantAt(day, time, zone) !== walked.firstShowing(text);
    });
    expect(wrong).toEqual([]);
  });

  test('what the clocks show is read back', () => {
    for (const shown of walked.twice) {
      const [day = '', timeOfDay = ''] = shown.split(' ');
      expect(localAt(instantAt(day, timeOfDay, zone), zone)).toEqual({ day, timeOfDay });
    }
  });
});

test('zones go by the names of the IANA database', () => {
  expect(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Etc/GMT+5'].filter(isZone)).toHaveLength(4);
  const no = ['', 'europe/berlin', '+01:00', 'Nowhere/City', 'Europe/Berlin ', '../etc/passwd'];
  expect(no.filter(isZone)).toEqual([]);
});
