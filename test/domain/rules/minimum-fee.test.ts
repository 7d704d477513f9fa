import { expect, test } from 'vitest';
import type { ConversionFacts } from '../../../domain/rules/conversion.ts';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import { monthCharges } from '../../../domain/rules/minimum-fee.ts';
import type { EffectiveTerms, FeeTerms } from '../../../domain/rules/terms.ts';
import { makeZoneCalendar } from '../../../domain/rules/zone-calendar.ts';
import { affiliate, conversion, entry, percentage, terms, utcCalendar } from './plain-terms.ts';

const feeTerms = (given: Partial<FeeTerms> = {}): EffectiveTerms =>
  terms({
    commission: [entry(percentage(1_000), { currency: null })],
    fee: {
      bearer: 'payee',
      rates: [entry(percentage(200), { currency: null })],
      monthlyMinimums: [{ currency: 'USD', amountMinor: 500n }],
      ...given,
    },
  });

const april = Date.UTC(2026, 3, 1);

const chargesOf = (
  facts: readonly ConversionFacts[],
  {
    asOf = april,
    termsOfMonth = () => feeTerms(),
    calendar = utcCalendar,
  }: {
    asOf?: number;
    termsOfMonth?: (start: number, end: number) => EffectiveTerms | null;
    calendar?: typeof utcCalendar;
  } = {},
) => monthCharges(facts, earningsOf(affiliate, facts, calendar), calendar, { asOf, termsOfMonth });

const of = (amountMinor: bigint, given: Partial<ConversionFacts> = {}) =>
  conversion({ amountMinor, terms: feeTerms(), ...given });

test.each<[amounts: bigint[], feesMinor: bigint, chargeMinor: bigint]>([
  [[0n], 0n, 500n],
  [[10_000n], 200n, 300n],
  [[10_000n, 14_950n], 499n, 1n],
  [[10_000n, 15_000n], 500n, 0n],
  [[10_000n, 15_050n], 501n, 0n],
])('fees of %s fall short of the minimum', (amounts, feesMinor, chargeMinor) => {
  const facts = amounts.map((amount) => of(amount));
  const terms = feeTerms();
  expect(chargesOf(facts)).toEqual([
    { currency: 'USD', month: '2026-03-01', feesMinor, minimumMinor: 500n, chargeMinor, terms },
  ]);
});

test('only once the month has ended, in the zone', () => {
  const facts = [of(10_000n)];
  expect(chargesOf(facts, { asOf: april - 1 })).toEqual([]);
  const calendar = makeZoneCalendar('America/New_York', april, april);
  expect(chargesOf(facts, { calendar })).toEqual([]);
  expect(chargesOf(facts, { calendar, asOf: Date.UTC(2026, 3, 1, 4) })).toHaveLength(1);
});

test('only a month and currency with a conversion that counts', () => {
  expect(chargesOf([])).toEqual([]);
  expect(chargesOf([of(10_000n, { status: 'PENDING' }), of(1n, { reversedMinor: 1n })])).toEqual(
    [],
  );
  expect(chargesOf([of(10_000n, { currency: 'EUR' })])).toEqual([]);
});

test('each month and currency by itself, sorted, whatever the order of the conversions', () => {
  const minimums = [
    { currency: 'USD', amountMinor: 500n },
    { currency: 'JPY', amountMinor: 300n },
  ];
  const given = { terms: feeTerms({ monthlyMinimums: minimums }) };
  const february = Date.UTC(2026, 1, 28, 23, 59);
  const facts = [
    of(10_000n, given),
    of(5_000n, { ...given, currency: 'JPY' }),
    of(1_000n, { ...given, occurredAt: february }),
  ];
  const termsOfMonth = () => given.terms;
  const expected = [
    ['2026-02-01', 'USD', 20n, 480n],
    ['2026-03-01', 'JPY', 100n, 200n],
    ['2026-03-01', 'USD', 200n, 300n],
  ];
  for (const order of [facts, facts.toReversed()]) {
    const found = chargesOf(order, { termsOfMonth });
    expect(
      found.map((each) => [each.month, each.currency, each.feesMinor, each.chargeMinor]),
    ).toEqual(expected);
  }
});

test('the terms of the month decide, asked with its bounds', () => {
  const asked: number[][] = [];
  const termsOfMonth = (start: number, end: number) => {
    asked.push([start, end]);
    return null;
  };
  expect(chargesOf([of(10_000n)], { termsOfMonth })).toEqual([]);
  expect(asked).toEqual([[Date.UTC(2026, 2, 1), april]]);
  expect(chargesOf([of(10_000n)], { termsOfMonth: () => terms() })).toEqual([]);
});

test('what the payee does not bear is no fee of the month, nor is there a minimum of it', () => {
  const platform = feeTerms({ bearer: 'platform' });
  expect(chargesOf([of(10_000n)], { termsOfMonth: () => platform })).toEqual([]);
  // The terms changed within the month: of the two fees of 2 dollars the payee bore one.
  const facts = [of(10_000n, { terms: platform }), of(10_000n)];
  expect(chargesOf(facts)).toMatchObject([{ feesMinor: 200n, chargeMinor: 300n }]);
});

test('what is really kept of a fee is the fee', () => {
  const greedy = feeTerms({ rates: [entry(percentage(5_000))] });
  // 50% of 20 dollars is more than the commission of 2 dollars.
  expect(chargesOf([of(2_000n, { terms: greedy })])).toMatchObject([
    { feesMinor: 200n, chargeMinor: 300n },
  ]);
});
