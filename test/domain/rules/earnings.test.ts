import { describe, expect, test } from 'vitest';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import type { Rounding } from '../../../domain/rules/terms.ts';
import {
  affiliate,
  conversion,
  earningsBy,
  entry,
  flat,
  grossBy,
  percentage,
  steps,
  terms,
  tiers,
  utcCalendar,
} from './plain-terms.ts';

test('nothing in, nothing out; the answers keep the order of the questions', () => {
  expect(earningsOf(affiliate, [], utcCalendar)).toEqual([]);
  const facts = [300n, 100n, 200n].map((amountMinor, index) =>
    conversion({ amountMinor, occurredAt: 1_000 - index }),
  );
  const earnings = earningsOf(affiliate, facts, utcCalendar);
  expect(earnings.map(({ countedMinor }) => countedMinor)).toEqual([300n, 100n, 200n]);
});

test('a reason leaves nothing of an earning', () => {
  expect(earningsOf(affiliate, [conversion({ test: true })], utcCalendar)).toEqual([
    {
      code: 'test_order',
      countedMinor: 0n,
      commissionMeasure: 0n,
      feeMeasure: 0n,
      grossMinor: 0n,
      feeMinor: 0n,
      netMinor: 0n,
    },
  ]);
});

describe('rounding, once for each conversion', () => {
  test.each<[rounding: Rounding, ...ofAmounts: bigint[]]>([
    // 10% of 14, 15, 16, 25 and 20 minor units.
    ['half_up', 1n, 2n, 2n, 3n, 2n],
    ['half_even', 1n, 2n, 2n, 2n, 2n],
    ['down', 1n, 1n, 1n, 2n, 2n],
    ['up', 2n, 2n, 2n, 3n, 2n],
  ])('%s', (rounding, ...gross) => {
    const given = terms({ rounding });
    expect([14n, 15n, 16n, 25n, 20n].map((amount) => grossBy(given, [amount])[0])).toEqual(gross);
  });

  test('a hundredth of a percent of the largest amount is exact', () => {
    const given = terms({ commission: [entry(percentage(1))], rounding: 'down' });
    expect(grossBy(given, [9_007_199_254_740_991n])).toEqual([900_719_925_474n]);
    const whole = terms({ commission: [entry(percentage(10_000))] });
    expect(grossBy(whole, [9_007_199_254_740_991n])).toEqual([9_007_199_254_740_991n]);
  });
});

describe('floor and cap', () => {
  const given = terms({
    commission: [entry(percentage(1_000), { floorMinor: 50n, capMinor: 500n })],
  });
  test.each<[amount: bigint, gross: bigint]>([
    [0n, 0n],
    [1n, 50n],
    [490n, 50n],
    [500n, 50n],
    [510n, 51n],
    [4_990n, 499n],
    [5_000n, 500n],
    [5_010n, 500n],
  ])('%s: %s', (amount, gross) => {
    expect(grossBy(given, [amount])).toEqual([gross]);
  });

  test('a lead without an amount earns by a flat rate, which the cap cuts and the floor leaves', () => {
    const leads = (floorMinor: bigint | null, capMinor: bigint | null) =>
      grossBy(terms({ commission: [entry(flat(300n), { floorMinor, capMinor })] }), [0n]);
    expect(leads(null, null)).toEqual([300n]);
    expect(leads(400n, null)).toEqual([300n]);
    expect(leads(null, 200n)).toEqual([200n]);
  });

  test('they hold for what is rounded, not for each part', () => {
    const rates = steps([0n, percentage(1_000)], [100n, percentage(2_000)]);
    const tiered = entry(tiers({ tiers: rates }), { floorMinor: 15n, capMinor: 40n });
    expect(grossBy(terms({ commission: [tiered] }), [200n])).toEqual([30n]);
  });
});

describe('currencies', () => {
  const given = terms({
    commission: [
      entry(percentage(2_000), { currency: null }),
      entry(percentage(1_000), { currency: 'JPY' }),
      entry(percentage(333), { currency: 'KWD' }),
    ],
  });
  test.each<[currency: string, gross: bigint]>([
    ['JPY', 13n], // 12.5 yen
    ['KWD', 4n], // 4.1625 fils
    ['USD', 25n],
  ])('%s: minor units are whole, whatever their number of digits', (currency, gross) => {
    const facts = conversion({ currency, amountMinor: 125n, terms: given });
    expect(earningsOf(affiliate, [facts], utcCalendar)[0]?.grossMinor).toBe(gross);
  });

  test('without an entry for it or for all others there is no rate', () => {
    const facts = conversion({ currency: 'EUR', terms: terms() });
    expect(earningsOf(affiliate, [facts], utcCalendar)[0]?.code).toBe('no_rate');
  });
});

describe('fees', () => {
  const fee = (bearer: 'payee' | 'platform', bps: number) =>
    terms({ fee: { bearer, rates: [entry(percentage(bps))], monthlyMinimums: [] } });

  test('borne by the payee it is taken from the gross, and is never more', () => {
    expect(earningsBy(fee('payee', 200), [1_000n])[0]).toMatchObject({
      grossMinor: 100n,
      feeMinor: 20n,
      netMinor: 80n,
    });
    expect(earningsBy(fee('payee', 2_000), [1_000n])[0]).toMatchObject({
      grossMinor: 100n,
      feeMinor: 100n,
      netMinor: 0n,
    });
  });

  test('borne by the platform it is told, and nothing is taken', () => {
    expect(earningsBy(fee('platform', 2_000), [1_000n])[0]).toMatchObject({
      grossMinor: 100n,
      feeMinor: 200n,
      netMinor: 100n,
    });
  });

  test('it has tiers, floor and cap of its own, and a currency without an entry has none', () => {
    const rates = steps([0n, flat(100n)], [1n, flat(30n)]);
    const given = terms({
      commission: [entry(percentage(5_000), { currency: null })],
      fee: {
        bearer: 'payee',
        rates: [
          entry(tiers({ measure: 'count', tiers: rates }), { floorMinor: 40n, capMinor: 90n }),
        ],
        monthlyMinimums: [],
      },
    });
    const earnings = earningsBy(given, [1_000n, 1_000n]);
    expect(earnings.map(({ feeMinor }) => feeMinor)).toEqual([90n, 40n]);
    expect(earnings.map(({ feeMeasure }) => feeMeasure)).toEqual([0n, 1n]);
    expect(earnings.map(({ commissionMeasure }) => commissionMeasure)).toEqual([0n, 0n]);
    const other = conversion({ currency: 'EUR', terms: given });
    expect(earningsOf(affiliate, [other], utcCalendar)[0]).toMatchObject({
      feeMinor: 0n,
      netMinor: 5_000n,
    });
  });
});
