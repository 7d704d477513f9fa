import { describe, expect, test } from 'vitest';
import { figuresOf, seriesIn, seriesOf, successRateOf } from '../../../domain/report/series.ts';
import { averageOf, percentChange, summaryOf } from '../../../domain/report/summary.ts';

const sum = (bucket: number, status: string, payments: number, amount_minor: bigint) => ({
  bucket,
  group: '',
  currency: 'USD',
  status,
  payments,
  amount_minor,
});

describe('the success rate', () => {
  test.each([
    [{ completed: 0, failed: 0, returned: 0 }, null],
    [{ completed: 3, failed: 0, returned: 0 }, 1],
    [{ completed: 0, failed: 2, returned: 0 }, 0],
    [{ completed: 6, failed: 1, returned: 1 }, 0.75],
  ])('of %j is %j', (ends, rate) => {
    expect(successRateOf(ends)).toBe(rate);
  });

  test('does not count what has not ended, nor what was cancelled', () => {
    const figures = figuresOf([
      sum(0, 'COMPLETED', 1, 10n),
      sum(0, 'PROCESSING', 5, 50n),
      sum(0, 'CANCELLED', 5, 50n),
    ]);
    expect(figures).toMatchObject({ payments: 11, amountMinor: 110n, successRate: 1 });
  });
});

describe('a series', () => {
  const buckets = ['a', 'b', 'c'].map((key, place) => ({ key, from: place, to: place + 1 }));

  test('has every bucket of each currency and group that occurs, and no other', () => {
    const sums = [
      sum(2, 'COMPLETED', 1, 5n),
      sum(0, 'FAILED', 1, 7n),
      { ...sum(1, 'FAILED', 1, 1n), currency: 'EUR', group: 'x' },
    ];
    expect(seriesIn(sums)).toBe(2);
    const points = seriesOf(buckets, sums);
    expect(
      points.map(({ currency, group, bucket, payments, amountMinor }) =>
        [currency, group, bucket.key, payments, amountMinor].join(' '),
      ),
    ).toEqual([
      'EUR x a 0 0',
      'EUR x b 1 1',
      'EUR x c 0 0',
      'USD  a 1 7',
      'USD  b 0 0',
      'USD  c 1 5',
    ]);
  });

  test('of nothing is empty', () => {
    expect(seriesOf(buckets, [])).toEqual([]);
  });
});

describe('a change', () => {
  test.each([
    [150n, 100n, 50],
    [50n, 100n, -50],
    [0n, 100n, -100],
    [100n, 100n, 0],
    [2n, 3n, -33.33],
    [10n, -5n, -300],
    [5n, 0n, null],
    [0n, 0n, null],
  ])('of %d from %d is %j percent', (now, before, percent) => {
    expect(percentChange(now, before)).toBe(percent);
  });

  test.each([
    [{ payments: 0, amountMinor: 0n }, null],
    [{ payments: 3, amountMinor: 10n }, 3n],
    [{ payments: 2, amountMinor: 3n }, 2n],
    [{ payments: 3, amountMinor: -4n }, -1n],
    [{ payments: 2, amountMinor: -4n }, -2n],
  ])('the average of %o is %s', (total, average) => {
    expect(averageOf(total)).toBe(average);
  });
});

describe('a summary', () => {
  test('tells each state, what was paid and what came back, beside the period before', () => {
    const lines = summaryOf({
      made: [
        sum(0, 'COMPLETED', 2, 20n),
        sum(1, 'COMPLETED', 3, 30n),
        sum(1, 'FAILED', 1, 5n),
        sum(1, 'PENDING', 4, 8n),
      ],
      paid: [sum(1, 'COMPLETED', 5, 50n)],
      returned: [
        {
          bucket: 1,
          currency: 'USD',
          payments: 1,
          amount_minor: 10n,
          parts: 2,
          parts_minor: 3n,
        },
      ],
    });
    const told = lines.map(
      ({ measure, status, now, before }) =>
        `${measure} ${status} ${now.payments} ${now.amountMinor} ${before.payments} ${before.amountMinor}`,
    );
    expect(told).toEqual([
      'made null 8 43 2 20',
      'made PENDING 4 8 0 0',
      'made PROCESSING 0 0 0 0',
      'made UNKNOWN 0 0 0 0',
      'made ON_HOLD 0 0 0 0',
      'made FAILED 1 5 0 0',
      'made COMPLETED 3 30 2 20',
      'made CANCELLED 0 0 0 0',
      'made RETURNED 0 0 0 0',
      'paid null 5 50 0 0',
      'returned null 1 10 0 0',
      'returned_partly null 2 3 0 0',
    ]);
    expect([lines[0]?.successRate, lines[0]?.successRateBefore]).toEqual([0.75, 1]);
  });

  test('has a currency in which something only came back, and none without anything', () => {
    const back = { bucket: 0, payments: 1, amount_minor: 1n, parts: 0, parts_minor: 0n };
    const lines = summaryOf({ made: [], paid: [], returned: [{ ...back, currency: 'EUR' }] });
    expect(new Set(lines.map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    expect(summaryOf({ made: [], paid: [], returned: [] })).toEqual([]);
  });
});
