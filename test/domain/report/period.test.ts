import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt } from '../../../domain/calendar/local-time.ts';
import {
  bucketsOf,
  GRAINS,
  periodBefore,
  type Grain,
  type Period,
} from '../../../domain/report/period.ts';

const HOUR_MS = 3_600_000;

const midnightIn = (day: string, zone: string): number => instantAt(day, '00:00', zone);

const days = (from: string, to: string, zone: string): Period => ({
  from: midnightIn(from, zone),
  to: midnightIn(to, zone),
  zone,
});

/** Buckets as `key hours`. */
const lengths = (period: Period, grain: Grain): string[] =>
  bucketsOf(period, grain).map(({ key, from, to }) => `${key} ${(to - from) / HOUR_MS}`);

const written = ({ from, to }: Period): string =>
  `${new Date(from).toISOString()} ${new Date(to).toISOString()}`;

describe('buckets', () => {
  test.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-31', [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24', '2026-10-27', [24, 25, 24]],
    ['America/New_York', '2026-03-07', '2026-03-10', [24, 23, 24]],
    ['America/New_York', '2026-10-31', '2026-11-03', [24, 25, 24]],
    // Clocks jump at midnight itself: the day begins at one.
    ['America/Santiago', '2026-09-05', '2026-09-08', [24, 23, 24]],
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-07', [24, 24.5, 24]],
    ['UTC', '2026-03-28', '2026-03-31', [24, 24, 24]],
  ])('days in %s from %s are as long as its clocks make them', (zone, from, to, hours) => {
    const buckets = bucketsOf(days(from, to, zone), 'day');
    expect(buckets.map((bucket) => (bucket.to - bucket.from) / HOUR_MS)).toEqual(hours);
  });

  test('a zone 5 h 45 min ahead begins its days at a quarter past', () => {
    const [first] = bucketsOf(days('2026-01-01', '2026-01-02', 'Asia/Kathmandu'), 'day');
    expect(new Date(first?.from ?? 0).toISOString()).toBe('2025-12-31T18:15:00.000Z');
  });

  test('a day that a zone leapt over has no bucket', () => {
    const apia = days('2011-12-29', '2012-01-02', 'Pacific/Apia');
    expect(lengths(apia, 'day')).toEqual(['2011-12-29 24', '2011-12-31 24', '2012-01-01 24']);
  });

  test('a leap year has its day, and its February is longer', () => {
    expect(lengths(days('2028-02-28', '2028-03-02', 'UTC'), 'day')).toEqual([
      '2028-02-28 24',
      '2028-02-29 24',
      '2028-03-01 24',
    ]);
    expect(lengths(days('2028-02-01', '2028-03-01', 'UTC'), 'month')).toEqual([
      `2028-02-01 ${29 * 24}`,
    ]);
  });

  test('months end with their hour that is there twice', () => {
    expect(lengths(days('2026-10-01', '2026-11-01', 'Europe/Berlin'), 'month')).toEqual([
      `2026-10-01 ${31 * 24 + 1}`,
    ]);
  });

  test('weeks begin on Monday, the first and the last bucket are cut to the period', () => {
    const period = {
      from: Date.parse('2026-01-07T12:00:00Z'),
      to: Date.parse('2026-01-19T06:00:00Z'),
      zone: 'UTC',
    };
    expect(lengths(period, 'week')).toEqual([
      `2026-01-05 ${4.5 * 24}`,
      `2026-01-12 ${7 * 24}`,
      '2026-01-19 6',
    ]);
    expect(lengths(period, 'month')).toEqual([`2026-01-01 ${11.75 * 24}`]);
  });

  test('a period within a day is one bucket', () => {
    const from = Date.parse('2026-01-07T12:00:00Z');
    expect(lengths({ from, to: from + HOUR_MS, zone: 'Asia/Tokyo' }, 'day')).toEqual([
      '2026-01-07 1',
    ]);
  });

  test('of any period in any zone they are in order and cover it without gap or overlap', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Monrovia',
      'Australia/Lord_Howe',
      'America/St_Johns',
    ];
    const first = Date.UTC(1971, 0);
    const last = Date.UTC(2037, 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...GRAINS),
        fc.integer({ min: first, max: last }),
        fc.integer({ min: 1, max: 400 * 24 * HOUR_MS }),
        (zone, grain, from, span) => {
          const buckets = bucketsOf({ from, to: from + span, zone }, grain);
          expect(buckets[0]?.from).toBe(from);
          expect(buckets.at(-1)?.to).toBe(from + span);
          for (const [place, bucket] of buckets.entries()) {
            const next = buckets[place + 1];
            expect(bucket.to).toBeGreaterThan(bucket.from);
            expect(bucket.to).toBe(next?.from ?? from + span);
            expect(next === undefined || next.key > bucket.key).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the period before', () => {
  const BERLIN = 'Europe/Berlin';

  test.each([
    ['a month', '2026-03-01', '2026-04-01', '2026-02-01'],
    ['a month after a leap day', '2028-03-01', '2028-04-01', '2028-02-01'],
    ['a quarter', '2026-04-01', '2026-07-01', '2026-01-01'],
    ['two months over a new year', '2026-01-01', '2026-03-01', '2025-11-01'],
    ['a year', '2026-01-01', '2027-01-01', '2025-01-01'],
    ['the day of 23 hours', '2026-03-29', '2026-03-30', '2026-03-28'],
    ['the day after it', '2026-03-30', '2026-03-31', '2026-03-29'],
    ['days that are no month', '2026-01-15', '2026-02-15', '2025-12-15'],
  ])('of %s has as many months or days', (_what, from, to, before) => {
    const period = days(from, to, BERLIN);
    expect(written(periodBefore(period))).toBe(written(days(before, from, BERLIN)));
  });

  test('of a span that begins or ends within a day has its duration', () => {
    const from = Date.parse('2026-03-29T00:30:00Z');
    const to = Date.parse('2026-03-29T11:00:00Z');
    expect(written(periodBefore({ from, to, zone: BERLIN }))).toBe(
      '2026-03-28T14:00:00.000Z 2026-03-29T00:30:00.000Z',
    );
  });

  test('of a month in another zone than its own has its duration', () => {
    const { from, to } = days('2026-03-01', '2026-04-01', BERLIN);
    const before = periodBefore({ from, to, zone: 'UTC' });
    expect(before.to - before.from).toBe(to - from);
  });
});
