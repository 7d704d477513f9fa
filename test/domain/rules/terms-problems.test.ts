import { describe, expect, test } from 'vitest';
import { termsProblems } from '../../../domain/rules/terms-problems.ts';
import type {
  CurrencyRate,
  EligibilityTerms,
  FeeTerms,
  PayoutLimit,
  Rate,
  Step,
  Terms,
} from '../../../domain/rules/terms.ts';
import { DEFAULT_ELIGIBILITY } from '../../../domain/rules/effective.ts';
import { entry, flat, percentage, steps, tiers } from './plain-terms.ts';

const MOST = 9_007_199_254_740_991n;

const limit = (amountMinor: bigint, given: Partial<PayoutLimit> = {}): PayoutLimit => ({
  currency: 'USD',
  amountMinor,
  method: null,
  country: null,
  ...given,
});

const found = (terms: Terms): string[] =>
  termsProblems(terms).map(({ path, reason }) => `${path}: ${reason}`);

const commission = (...entries: CurrencyRate[]): string[] => found({ commission: entries });
const rated = (rate: Rate): string[] => commission(entry(rate));
const tiered = (...list: Step[]): string[] =>
  rated(tiers({ tiers: list })).map((line) => line.replace('commission.0.rate.tiers.', ''));
const eligible = (given: Partial<EligibilityTerms>): string[] =>
  found({ eligibility: { ...DEFAULT_ELIGIBILITY, ...given } });
const fee = (given: Partial<FeeTerms>): string[] =>
  found({ fee: { bearer: 'payee', rates: [], monthlyMinimums: [], ...given } });

const BPS = 'must be a whole number of basis points from 0 to 10,000, which is 100%';
const CURRENCY = 'must be an ISO-4217 code in upper case, like USD';
const NEEDS_CURRENCY = 'is an amount, so the entry needs a currency';
const SAME = 'an earlier entry is for the same';

test('terms of all kinds that are right', () => {
  const brackets: Rate = {
    kind: 'brackets',
    brackets: steps([0n, flat(0n)], [1n, percentage(10_000)], [MOST, flat(MOST)]),
  };
  const terms: Terms = {
    eligibility: {
      attributionDays: 1,
      orderWindowDays: 3_650,
      customerWindowDays: null,
      minimumOrders: [{ currency: 'USD', amountMinor: 0n }],
      selfReferral: 'allow',
    },
    commission: [
      entry(brackets, { floorMinor: 5n, capMinor: 5n }),
      entry(tiers({ mode: 'whole', tiers: steps([0n, flat(1n)], [2n, flat(2n)]) }), {
        currency: 'EUR',
      }),
      entry(tiers({ measure: 'count', tiers: steps([0n, percentage(0)], [9n, percentage(1)]) }), {
        currency: null,
      }),
    ],
    fee: {
      bearer: 'payee',
      rates: [entry(percentage(200), { currency: null })],
      monthlyMinimums: [{ currency: 'KWD', amountMinor: MOST }],
    },
    rounding: 'half_even',
    holdingDays: 3_650,
    payout: {
      minimums: [limit(5_000n), limit(1n, { method: 'mock' }), limit(1n, { country: 'DE' })],
      maximums: [limit(5_000n)],
    },
    frequency: { every: 'fortnight', weekday: 7 },
  };
  expect(found(terms)).toEqual([]);
  expect(found({})).toEqual([]);
  expect(found({ commission: [], holdingDays: 0, frequency: { every: 'manual' } })).toEqual([]);
});

describe('rates', () => {
  test.each([10_001, -1, 0.5, Number.NaN])('%s basis points', (bps) => {
    expect(rated(percentage(bps))).toEqual([`commission.0.rate.bps: ${BPS}`]);
    expect(tiered(...steps([0n, percentage(1)], [5n, percentage(bps)]))).toEqual([
      `1.rate.bps: ${BPS}`,
    ]);
  });

  test('amounts of flat rates, floors and caps', () => {
    expect(rated(flat(-1n))).toEqual(['commission.0.rate.amount: must not be negative']);
    expect(rated(flat(MOST + 1n))).toEqual([
      'commission.0.rate.amount: is larger than an amount may be',
    ]);
    expect(commission(entry(flat(1n), { floorMinor: -1n, capMinor: MOST + 1n }))).toEqual([
      'commission.0.floorAmount: must not be negative',
      'commission.0.capAmount: is larger than an amount may be',
    ]);
    expect(commission(entry(flat(1n), { floorMinor: 6n, capMinor: 5n }))).toEqual([
      'commission.0.floorAmount: must not be above capAmount',
    ]);
  });

  test('currencies that there are not, or that are named twice', () => {
    const rate = percentage(1);
    expect(commission(entry(rate, { currency: 'usd' }), entry(rate, { currency: 'XAU' }))).toEqual([
      `commission.0.currency: ${CURRENCY}`,
      `commission.1.currency: ${CURRENCY}`,
    ]);
    const all = entry(rate, { currency: null });
    expect(commission(entry(rate), all, entry(rate), all)).toEqual([
      `commission.2.currency: ${SAME}`,
      `commission.3.currency: ${SAME}`,
    ]);
  });

  test('an entry for all other currencies holds no amounts', () => {
    const all = (rate: Rate, given: Partial<CurrencyRate> = {}) =>
      commission(entry(rate, { currency: null, ...given }));
    expect(all(percentage(1), { floorMinor: 0n, capMinor: 5n })).toEqual([
      `commission.0.floorAmount: ${NEEDS_CURRENCY}`,
      `commission.0.capAmount: ${NEEDS_CURRENCY}`,
    ]);
    expect(all(flat(1n))).toEqual([`commission.0.rate.amount: ${NEEDS_CURRENCY}`]);
    expect(all({ kind: 'brackets', brackets: steps([0n, percentage(1)]) })).toEqual([
      'commission.0.rate.brackets: have edges that are amounts, so the entry needs a currency',
    ]);
    expect(all(tiers({ tiers: steps([0n, percentage(1)]) }))).toEqual([
      'commission.0.rate.tiers: by volume have edges that are amounts, so the entry needs a currency',
    ]);
    expect(all(tiers({ measure: 'count', tiers: steps([0n, flat(1n)]) }))).toEqual([
      `commission.0.rate.tiers.0.rate.amount: ${NEEDS_CURRENCY}`,
    ]);
  });
});

describe('tiers and brackets', () => {
  const rate = percentage(100);

  test('gaps, overlaps, and a wrong beginning or end', () => {
    expect(tiered({ from: 0n, to: 10n, rate }, { from: 11n, to: null, rate })).toEqual([
      '1.from: leaves a gap: it must be what the one before goes to',
    ]);
    expect(tiered({ from: 0n, to: 10n, rate }, { from: 9n, to: null, rate })).toEqual([
      '1.from: overlaps: it must be what the one before goes to',
    ]);
    expect(tiered({ from: 1n, to: null, rate })).toEqual([
      '0.from: must be 0: the first begins there',
    ]);
    expect(tiered({ from: 0n, to: 10n, rate })).toEqual([
      '0.to: must be left out: the last has no end',
    ]);
    expect(tiered({ from: 0n, to: null, rate }, { from: 5n, to: null, rate })).toEqual([
      '0.to: is needed: only the last has no end',
    ]);
  });

  test('edges that do not rise, or are no amounts', () => {
    expect(tiered({ from: 0n, to: 0n, rate }, { from: 0n, to: null, rate })).toEqual([
      '0.to: must be above from',
    ]);
    expect(
      tiered(
        { from: 0n, to: 10n, rate },
        { from: 10n, to: 5n, rate },
        { from: 5n, to: null, rate },
      ),
    ).toEqual(['1.to: must be above from']);
    expect(tiered({ from: 0n, to: MOST + 1n, rate }, { from: MOST + 1n, to: null, rate })).toEqual([
      '0.to: is larger than an amount may be',
      '1.from: is larger than an amount may be',
    ]);
    expect(tiered({ from: -1n, to: null, rate })).toEqual(['0.from: must not be negative']);
  });

  test('at least one, at most 100', () => {
    expect(rated(tiers({ tiers: [] }))).toEqual([
      'commission.0.rate.tiers: must hold at least one',
    ]);
    expect(rated({ kind: 'brackets', brackets: [] })).toEqual([
      'commission.0.rate.brackets: must hold at least one',
    ]);
    const many = (count: number) =>
      steps(
        ...Array.from({ length: count }, (_, index): [bigint, typeof rate] => [
          BigInt(index),
          rate,
        ]),
      );
    expect(rated(tiers({ tiers: many(100) }))).toEqual([]);
    expect(rated(tiers({ tiers: many(101) }))).toEqual([
      'commission.0.rate.tiers: makes 101 of them; at most 100 are taken',
    ]);
  });

  test('a flat rate in marginal tiers by volume', () => {
    const flats = steps([0n, percentage(1)], [5n, flat(1n)]);
    expect(tiered(...flats)).toEqual([
      '1.rate.kind: must be a percentage: a marginal tier by volume rates parts of an amount',
    ]);
    expect(rated(tiers({ mode: 'whole', tiers: flats }))).toEqual([]);
    expect(rated(tiers({ measure: 'count', tiers: flats }))).toEqual([]);
  });

  test('brackets are held to the same', () => {
    const brackets = [
      { from: 0n, to: 10n, rate },
      { from: 12n, to: null, rate: percentage(20_000) },
    ];
    expect(rated({ kind: 'brackets', brackets })).toEqual([
      'commission.0.rate.brackets.1.from: leaves a gap: it must be what the one before goes to',
      `commission.0.rate.brackets.1.rate.bps: ${BPS}`,
    ]);
  });
});

test.each([0, -1, 3_651, 1.5, Number.NaN])('windows of %s days', (days) => {
  const reason = 'must be a whole number from 1 to 3,650';
  const windows = { attributionDays: days, orderWindowDays: days, customerWindowDays: days };
  expect(eligible(windows)).toEqual([
    `eligibility.attributionDays: ${reason}`,
    `eligibility.orderWindowDays: ${reason}`,
    `eligibility.customerWindowDays: ${reason}`,
  ]);
});

test('least orders', () => {
  const minimumOrders = [
    { currency: 'USD', amountMinor: -1n },
    { currency: 'USD', amountMinor: 1n },
    { currency: 'ABC', amountMinor: MOST + 1n },
  ];
  expect(eligible({ minimumOrders })).toEqual([
    'eligibility.minimumOrders.0.amount: must not be negative',
    `eligibility.minimumOrders.1.currency: ${SAME}`,
    `eligibility.minimumOrders.2.currency: ${CURRENCY}`,
    'eligibility.minimumOrders.2.amount: is larger than an amount may be',
  ]);
});

test('fees are rates like commissions, and have minimums where the payee bears them', () => {
  expect(fee({ rates: [entry(percentage(10_001))] })).toEqual([`fee.rates.0.rate.bps: ${BPS}`]);
  const monthlyMinimums = [{ currency: 'USD', amountMinor: -5n }];
  expect(fee({ monthlyMinimums })).toEqual(['fee.monthlyMinimums.0.amount: must not be negative']);
  expect(
    fee({ bearer: 'platform', monthlyMinimums: [{ currency: 'USD', amountMinor: 5n }] }),
  ).toEqual(['fee.monthlyMinimums: charge the payee, who bears no fee here; leave them out']);
});

test.each([-1, 3_651, 0.5])('a holding of %s days', (holdingDays) => {
  expect(found({ holdingDays })).toEqual(['holdingDays: must be a whole number from 0 to 3,650']);
});

describe('limits of payouts', () => {
  const payout = (minimums: PayoutLimit[], maximums: PayoutLimit[] = []) =>
    found({ payout: { minimums, maximums } });

  test('negative ones, a maximum of nothing, and a maximum below the minimum', () => {
    expect(payout([limit(-1n)])).toEqual(['payout.minimums.0.amount: must not be negative']);
    expect(payout([], [limit(0n)])).toEqual(['payout.maximums.0.amount: must be above zero']);
    expect(payout([limit(10n), limit(20n, { country: 'DE' })], [limit(10n)])).toEqual([]);
    expect(payout([limit(10n)], [limit(9n)])).toEqual([
      'payout.maximums.0.amount: is below the minimum for the same currency, method and country',
    ]);
    expect(payout([limit(10n, { country: 'DE' })], [limit(9n, { country: 'FR' })])).toEqual([]);
  });

  test('two for the same, and names that are none', () => {
    const german = limit(1n, { method: 'mock', country: 'DE' });
    expect(payout([german, limit(1n, { method: 'mock' }), german])).toEqual([
      `payout.minimums.2.currency: ${SAME}`,
    ]);
    expect(payout([limit(1n, { currency: 'US', method: ' ', country: 'de' })])).toEqual([
      `payout.minimums.0.currency: ${CURRENCY}`,
      'payout.minimums.0.method: must be a name of 1 to 100 characters without blanks',
      'payout.minimums.0.country: must be an ISO-3166 code in upper case, like DE',
    ]);
  });
});

test.each([0, 8, 1.5])('weekday %s', (weekday) => {
  const reason = 'frequency.weekday: must be a whole number from 1 to 7';
  expect(found({ frequency: { every: 'week', weekday } })).toEqual([reason]);
  expect(found({ frequency: { every: 'fortnight', weekday } })).toEqual([reason]);
});

test.each([0, 32, 1.5])('day %s of the month', (day) => {
  expect(found({ frequency: { every: 'month', day } })).toEqual([
    'frequency.day: must be a whole number from 1 to 31',
  ]);
});

test('a list that is too long is told, and at most 100 problems are', () => {
  const wrong = Array.from({ length: 1_001 }, () => limit(-1n));
  const problems = found({ payout: { minimums: wrong, maximums: [] } });
  expect(problems).toHaveLength(100);
  expect(problems[0]).toBe('payout.minimums: makes 1,001 entries; at most 1,000 are taken');
});
