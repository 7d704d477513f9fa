import { describe, expect, test } from 'vitest';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import type { Rate } from '../../../domain/rules/terms.ts';
import { makeZoneCalendar } from '../../../domain/rules/zone-calendar.ts';
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

const by = (rate: Rate) => terms({ commission: [entry(rate)] });

/** 10% below 1,000 dollars, 20% below 5,000, then 30%. */
const VOLUME = steps(
  [0n, percentage(1_000)],
  [100_000n, percentage(2_000)],
  [500_000n, percentage(3_000)],
);
/** 1 dollar each, the 3rd and 4th 2 dollars, then 5. */
const COUNT = steps([0n, flat(100n)], [2n, flat(200n)], [4n, flat(500n)]);

describe('marginal by volume: each part bears the rate of its own tier', () => {
  const given = by(tiers({ tiers: VOLUME }));
  test.each<[before: bigint, amount: bigint, gross: bigint]>([
    [0n, 99_990n, 9_999n],
    [0n, 99_995n, 10_000n], // 9,999.5
    [0n, 100_000n, 10_000n],
    [0n, 100_010n, 10_002n],
    [99_999n, 1n, 0n], // 0.1
    [99_999n, 11n, 2n], // 0.1 + 2
    [99_990n, 10n, 1n],
    [99_990n, 20n, 3n],
    [100_000n, 10n, 2n],
    [100_010n, 10n, 2n],
    [499_990n, 10n, 2n],
    [499_990n, 20n, 5n],
    [500_000n, 10n, 3n],
    [500_010n, 10n, 3n],
    [99_990n, 400_020n, 1n + 80_000n + 3n], // across both edges
    [0n, 600_000n, 10_000n + 80_000n + 30_000n],
    [100_000n, 0n, 0n],
  ])('%s before, %s now: %s', (before, amount, gross) => {
    expect(grossBy(given, before === 0n ? [amount] : [before, amount]).at(-1)).toBe(gross);
  });

  test('the measure of each is what came before it', () => {
    const measures = earningsBy(given, [60_000n, 60_000n, 1n]).map(
      (each) => each.commissionMeasure,
    );
    expect(measures).toEqual([0n, 60_000n, 120_000n]);
  });

  test('parts below a unit are added up before the one rounding', () => {
    // 0.5 of the last 5 units of the first tier and 0.8 of the first 4 of the second: 1.3.
    expect(grossBy(given, [99_995n, 9n])[1]).toBe(1n);
    // 0.5 and 1 make 1.5.
    expect(grossBy(given, [99_995n, 10n])[1]).toBe(2n);
  });
});

describe('whole by volume: all bear the rate of the tier that the period reaches', () => {
  const given = by(tiers({ mode: 'whole', tiers: VOLUME }));
  test.each<[amounts: bigint[], gross: bigint[]]>([
    [[99_990n], [9_999n]],
    [[99_999n], [10_000n]],
    [[100_000n], [20_000n]],
    [[100_010n], [20_002n]],
    [
      [50_000n, 49_990n],
      [5_000n, 4_999n],
    ],
    [
      [50_000n, 50_000n],
      [10_000n, 10_000n],
    ],
    [
      [50_000n, 50_010n],
      [10_000n, 10_002n],
    ],
    [
      [250_000n, 249_990n],
      [50_000n, 49_998n],
    ],
    [
      [250_000n, 250_000n],
      [75_000n, 75_000n],
    ],
    [
      [10n, 500_000n, 10n],
      [3n, 150_000n, 3n],
    ],
  ])('%s: %s', (amounts, gross) => {
    expect(grossBy(given, amounts)).toEqual(gross);
  });

  test('the measure of each is what the period comes to, less what was reversed', () => {
    const reversed = [
      conversion({ amountMinor: 80_000n, terms: given }),
      conversion({ amountMinor: 80_000n, reversedMinor: 60_001n, terms: given }),
    ];
    const earnings = earningsOf(affiliate, reversed, utcCalendar);
    expect(earnings.map((each) => each.commissionMeasure)).toEqual([99_999n, 99_999n]);
    expect(earnings.map((each) => each.grossMinor)).toEqual([8_000n, 2_000n]);
  });

  test('a flat rate of the tier that is reached goes to each', () => {
    const flats = steps([0n, flat(100n)], [1_000n, flat(300n)]);
    const given = by(tiers({ mode: 'whole', tiers: flats }));
    expect(grossBy(given, [500n, 499n])).toEqual([100n, 100n]);
    expect(grossBy(given, [500n, 500n])).toEqual([300n, 300n]);
  });
});

describe('by count', () => {
  test('marginal: the n-th bears the tier with from < n <= to', () => {
    const given = by(tiers({ measure: 'count', tiers: COUNT }));
    const amounts = [1n, 1n, 1n, 1n, 1n, 1n];
    expect(grossBy(given, amounts)).toEqual([100n, 100n, 200n, 200n, 500n, 500n]);
    const measures = earningsBy(given, amounts).map((each) => each.commissionMeasure);
    expect(measures).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  });

  test.each<[count: number, each: bigint]>([
    [1, 100n],
    [2, 200n],
    [3, 200n],
    [4, 500n],
    [5, 500n],
  ])('whole: %i conversions bring %s each', (count, each) => {
    const given = by(tiers({ measure: 'count', mode: 'whole', tiers: COUNT }));
    const earnings = earningsBy(
      given,
      Array.from({ length: count }, () => 1n),
    );
    expect(earnings.map(({ grossMinor }) => grossMinor)).toEqual(Array(count).fill(each));
    expect(new Set(earnings.map((one) => one.commissionMeasure))).toEqual(new Set([BigInt(count)]));
  });

  test('a percentage of a tier by count is one of the whole amount', () => {
    const rates = steps([0n, percentage(1_000)], [1n, percentage(5_000)]);
    const given = by(tiers({ measure: 'count', tiers: rates }));
    expect(grossBy(given, [1_000n, 1_000n])).toEqual([100n, 500n]);
  });
});

describe('brackets: the amount of the single conversion decides all of it', () => {
  const given = by({
    kind: 'brackets',
    brackets: steps([0n, flat(50n)], [1_000n, percentage(1_000)], [10_000n, percentage(2_000)]),
  });
  test.each<[amount: bigint, gross: bigint]>([
    [0n, 50n],
    [999n, 50n],
    [1_000n, 100n],
    [1_010n, 101n],
    [9_990n, 999n],
    [10_000n, 2_000n],
    [10_010n, 2_002n],
  ])('%s: %s', (amount, gross) => {
    expect(grossBy(given, [amount])).toEqual([gross]);
  });

  test('what counts after a refund decides', () => {
    const facts = conversion({ amountMinor: 10_000n, reversedMinor: 1n, terms: given });
    const [earning] = earningsOf(affiliate, [facts], utcCalendar);
    expect(earning).toMatchObject({ countedMinor: 9_999n, grossMinor: 1_000n });
  });
});

describe('what a period counts', () => {
  const given = by(tiers({ tiers: VOLUME }));
  const march = Date.UTC(2026, 2, 31, 23, 59, 59, 999);

  test.each<[period: 'month' | 'quarter' | 'year' | 'all', instants: number[], before: bigint[]]>([
    ['month', [march, march + 1], [0n, 0n]],
    ['month', [march - 1, march], [0n, 10_000n]],
    ['quarter', [Date.UTC(2026, 0, 1), march, march + 1], [0n, 10_000n, 0n]],
    [
      'year',
      [Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1), Date.UTC(2026, 11, 31)],
      [0n, 0n, 10_000n],
    ],
    ['all', [0, Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1)], [0n, 10_000n, 20_000n]],
  ])('%s %j', (period, instants, before) => {
    const rules = by(tiers({ period, tiers: VOLUME }));
    const facts = instants.map((occurredAt) => conversion({ occurredAt, terms: rules }));
    const earnings = earningsOf(affiliate, facts, utcCalendar);
    expect(earnings.map((each) => each.commissionMeasure)).toEqual(before);
  });

  test('the months are those of the zone', () => {
    // In Auckland, 13 hours ahead, April begins on 31 March at 11:00 UTC.
    const zone = makeZoneCalendar('Pacific/Auckland', march, march);
    const april = Date.UTC(2026, 2, 31, 11);
    const facts = [april - 1, april, april + 1].map((occurredAt) =>
      conversion({ occurredAt, terms: given }),
    );
    const measures = earningsOf(affiliate, facts, zone).map((each) => each.commissionMeasure);
    expect(measures).toEqual([0n, 0n, 10_000n]);
  });

  test('each currency is counted by itself, volume as well as number', () => {
    const rates = (currency: string) => entry(tiers({ tiers: VOLUME }), { currency });
    const counts = entry(tiers({ measure: 'count', tiers: steps([0n, percentage(0)]) }), {
      currency: null,
    });
    const rules = terms({
      commission: [rates('USD'), rates('JPY')],
      fee: { bearer: 'payee', rates: [counts], monthlyMinimums: [] },
    });
    const facts = ['USD', 'JPY', 'USD', 'JPY'].map((currency, index) =>
      conversion({ currency, amountMinor: 10_000n * BigInt(index + 1), terms: rules }),
    );
    const earnings = earningsOf(affiliate, facts, utcCalendar);
    expect(earnings.map((each) => each.commissionMeasure)).toEqual([0n, 0n, 10_000n, 20_000n]);
    expect(earnings.map((each) => each.feeMeasure)).toEqual([0n, 0n, 1n, 1n]);
  });

  test('what earns nothing counts nowhere; what goes by other terms counts', () => {
    const plain = terms();
    const at = (day: number) => Date.UTC(2026, 2, day);
    const facts = [
      conversion({ occurredAt: at(1), terms: plain }),
      conversion({ occurredAt: at(2), terms: given, status: 'PENDING' }),
      conversion({ occurredAt: at(3), terms: given, reversedMinor: 10_000n }),
      conversion({ occurredAt: at(4), terms: null }),
      conversion({ occurredAt: at(5), terms: given }),
    ];
    const earnings = earningsOf(affiliate, facts, utcCalendar);
    expect(earnings.map((each) => each.code)).toEqual([
      null,
      'not_confirmed',
      'refunded',
      'no_rate',
      null,
    ]);
    expect(earnings[4]?.commissionMeasure).toBe(10_000n);
  });

  test('of the same instant, the external id that sorts first by code unit comes first', () => {
    const facts = ['b', 'a', 'Z'].map((externalId) => conversion({ externalId, terms: given }));
    const measures = earningsOf(affiliate, facts, utcCalendar).map(
      (each) => each.commissionMeasure,
    );
    expect(measures).toEqual([20_000n, 10_000n, 0n]);
  });

  test('a volume beyond the limit of amounts is the same as the limit', () => {
    const most = 9_007_199_254_740_991n;
    const earnings = earningsBy(given, [most, most, 10n]);
    expect(earnings.map((each) => each.commissionMeasure)).toEqual([0n, most, most]);
    expect(earnings[2]?.grossMinor).toBe(3n);
  });
});
