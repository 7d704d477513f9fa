import { TZDate } from '@date-fns/tz';
import { describe, expect, test } from 'vitest';
import { makeZoneCalendar } from '../../../domain/rules/zone-calendar.ts';
import { DAY_MS, HOUR_MS } from './plain-terms.ts';

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe', // half an hour of summer time
  'Asia/Jakarta',
  'Asia/Kathmandu',
  'America/Sao_Paulo', // summer time that began at midnight, until 2019
  'Pacific/Apia', // no 30 December 2011
  'Pacific/Kiritimati', // 14 hours ahead
  'America/Asuncion', // 1 October 2017 began at 01:00
  'America/Havana', // 1 November 2015 had two midnights
];

const from = Date.UTC(2009, 0, 1);
const to = Date.UTC(2031, 0, 1);
const pad = (value: number) => String(value).padStart(2, '0');

/** Months that begin with a leap of the clocks: summer time began at midnight of that Sunday. */
const LEAPS: Record<string, string[]> = {
  'America/Asuncion': ['2017-10-01', '2023-10-01'],
  'America/Havana': ['2012-04-01'],
};

describe.each(ZONES)('%s', (zone) => {
  test('every instant lies in the month, quarter and year that the clocks show', () => {
    const calendar = makeZoneCalendar(zone, from, to);
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
    });
    const wrong: string[] = [];
    for (let at = from; at < to; at += 31 * HOUR_MS + 7) {
      const [year = '', month = ''] = shown.format(at).split('-');
      const quarter = pad(Math.floor((Number(month) - 1) / 3) * 3 + 1);
      for (const [period, key] of [
        ['month', `${year}-${month}-01`],
        ['quarter', `${year}-${quarter}-01`],
        ['year', `${year}-01-01`],
      ] as const) {
        const found = calendar.periodOf(period, at);
        if (found.key !== key || at < found.start || at >= found.end) {
          wrong.push(`${period} of ${at}: ${found.key}, not ${key}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('months begin at the first midnight that the clocks show, and follow each other', () => {
    const calendar = makeZoneCalendar(zone, from, from);
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    let { start, end, key } = calendar.periodOf('month', from + 40 * DAY_MS);
    for (; start < to; { start, end, key } = calendar.periodOf('month', end)) {
      const [day, time] = shown.format(start).split(' ');
      expect(day).toBe(key);
      expect(time).toBe(LEAPS[zone]?.includes(key) === true ? '01:00:00' : '00:00:00');
      expect(shown.format(start - 1) < key).toBe(true);
      expect(calendar.periodOf('month', start)).toEqual({ start, end, key });
      expect(calendar.periodOf('month', end - 1)).toEqual({ start, end, key });
      const [year = 0, month = 0] = key.split('-').map(Number);
      expect(start).toBe(new TZDate(year, month - 1, 1, zone).getTime());
    }
  });
});

test('the last minutes of a month that the clocks show again belong to the month that has begun', () => {
  // On 1 November 2009 in St John's, at 00:01 the clocks went back to 23:01.
  const calendar = makeZoneCalendar('America/St_Johns', from, to);
  const midnight = Date.UTC(2009, 10, 1, 2, 30);
  expect(calendar.periodOf('month', midnight - 1).key).toBe('2009-10-01');
  expect(calendar.periodOf('month', midnight)).toMatchObject({
    start: midnight,
    key: '2009-11-01',
  });
  expect(calendar.periodOf('month', midnight + 30 * 60_000).key).toBe('2009-11-01');
});

test('quarters and years are made of months', () => {
  const calendar = makeZoneCalendar('Europe/Berlin', from, from);
  // Summer time begins on 29 March 2026, within the quarter.
  expect(calendar.periodOf('quarter', Date.UTC(2026, 2, 31, 21, 59))).toEqual({
    start: Date.UTC(2025, 11, 31, 23),
    end: Date.UTC(2026, 2, 31, 22),
    key: '2026-01-01',
  });
  expect(calendar.periodOf('year', Date.UTC(2026, 11, 31, 22, 59))).toEqual({
    start: Date.UTC(2025, 11, 31, 23),
    end: Date.UTC(2026, 11, 31, 23),
    key: '2026-01-01',
  });
});

test('all of time is one period', () => {
  const calendar = makeZoneCalendar('UTC', from, from);
  expect(calendar.periodOf('all', 0)).toEqual({ start: -Infinity, end: Infinity, key: 'all' });
  expect(calendar.periodOf('all', to)).toBe(calendar.periodOf('all', 0));
});

test('years that were not reckoned at first are when they are asked for', () => {
  const calendar = makeZoneCalendar('America/New_York', from, to);
  for (const at of [Date.UTC(1999, 11, 31, 12), Date.UTC(2099, 5, 15), Date.UTC(1970, 0, 1), -1]) {
    const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York' }).format(at);
    expect(calendar.periodOf('month', at).key.slice(0, 7)).toBe(shown.slice(0, 7));
  }
  expect(() => calendar.periodOf('month', Number.NaN)).toThrow(RangeError);
  expect(() => calendar.periodOf('year', 9e15)).toThrow(RangeError);
});

test('a zone that there is not has no calendar', () => {
  expect(() => makeZoneCalendar('Mars/Olympus', from, to)).toThrow(RangeError);
});
