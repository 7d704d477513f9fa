import { describe, expect, it } from 'vitest';
import { affiliateRates } from '../../domain/report/affiliate.ts';
import { AGE_BOUNDS_DAYS, AGE_SPAN_NAMES, spanAt } from '../../domain/report/aging.ts';

const NOTHING = {
  paidMinor: 0n,
  paidPayments: 0,
  paidBeforeMinor: 0n,
  completed: 0,
  failed: 0,
  returned: 0,
};

describe('what follows from the sums of an affiliate', () => {
  it('has no rate and no average where nothing ended and nothing was paid', () => {
    expect(affiliateRates(NOTHING)).toEqual({
      failureRate: null,
      averagePaidMinor: null,
      trendMinor: 0n,
    });
  });

  it('counts failures among all that ended, those that came back too', () => {
    expect(affiliateRates({ ...NOTHING, completed: 5, failed: 2, returned: 1 }).failureRate).toBe(
      0.25,
    );
    expect(affiliateRates({ ...NOTHING, failed: 3 }).failureRate).toBe(1);
  });

  it.each([
    [100n, 3, 33n],
    [101n, 2, 51n],
    [200n, 3, 67n],
    [9_007_199_254_740_991n, 2, 4_503_599_627_370_496n],
    [7n, 7, 1n],
  ])('rounds an average half up: %s over %s is %s', (paidMinor, paidPayments, average) => {
    expect(affiliateRates({ ...NOTHING, paidMinor, paidPayments }).averagePaidMinor).toBe(average);
  });

  it('tells a trend as a difference, below zero where less was paid', () => {
    const less = { ...NOTHING, paidMinor: 100n, paidPayments: 1, paidBeforeMinor: 250n };
    expect(affiliateRates(less).trendMinor).toBe(-150n);
  });
});

describe('ages', () => {
  it('are spans without gaps, each beginning the day after the one before ended', () => {
    expect(AGE_SPAN_NAMES).toEqual(['0-7', '8-30', '31-60', '61-90', 'over 90']);
    expect(AGE_BOUNDS_DAYS).toEqual([8, 31, 61, 91]);
  });

  it('have five places', () => {
    expect(spanAt(0)).toBe('0-7');
    expect(spanAt(4)).toBe('over 90');
    expect(() => spanAt(5)).toThrow('there is no age span 5');
  });
});
