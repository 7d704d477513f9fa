import { describe, expect, test } from 'vitest';
import type { ConversionFacts } from '../../../domain/rules/conversion.ts';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import { DEFAULT_ELIGIBILITY } from '../../../domain/rules/effective.ts';
import { explainEarning } from '../../../domain/rules/explain.ts';
import type { EligibilityTerms } from '../../../domain/rules/terms.ts';
import {
  affiliate,
  conversion,
  DAY_MS,
  entry,
  flat,
  percentage,
  steps,
  terms,
  tiers,
  utcCalendar,
} from './plain-terms.ts';

/** The last of these conversions in steps of one line each. */
function linesOf(...facts: readonly ConversionFacts[]): string[] {
  const last = facts.at(-1);
  const earning = earningsOf(affiliate, facts, utcCalendar).at(-1);
  if (!last || !earning) return [];
  const explained = explainEarning({ conversion: last, terms: last.terms, earning });
  expect(explained.at(-1)).toMatchObject({ step: 'net', amountMinor: earning.netMinor });
  return explained.map(({ step, text, amountMinor }) => `${step} ${amountMinor}: ${text}`);
}

test('a plain percentage is two figures', () => {
  expect(linesOf(conversion())).toEqual([
    'amount 10000: The conversion is of USD 100.00.',
    'rate 1000: 10% of USD 100.00 is USD 10.00.',
    'net 1000: The affiliate earns USD 10.00.',
  ]);
});

test('a refund, tiers, rounding, cap and fee, each with its figures', () => {
  const rates = steps([0n, percentage(1_000)], [100_000n, percentage(1_250)]);
  const given = terms({
    commission: [entry(tiers({ tiers: rates }), { capMinor: 700n })],
    fee: {
      bearer: 'payee',
      rates: [entry(percentage(133), { floorMinor: 100n })],
      monthlyMinimums: [],
    },
  });
  const first = conversion({
    amountMinor: 95_000n,
    terms: given,
    occurredAt: Date.UTC(2026, 2, 1),
  });
  const last = conversion({ amountMinor: 7_003n, reversedMinor: 1_000n, terms: given });
  expect(linesOf(first, last)).toEqual([
    'amount 7003: The conversion is of USD 70.03.',
    'counted 6003: USD 10.00 of it was given back, so USD 60.03 counts.',
    'measure 95000: The conversions before it in its month come to USD 950.00.',
    'rate 500: For volume from USD 0.00 to below USD 1,000.00: 10% of USD 50.00 is USD 5.00.',
    'rate null: For volume from USD 1,000.00 on: 12.5% of USD 10.03 is USD 1.25375.',
    'rounding 625: Together USD 6.25375, rounded half up, is USD 6.25.',
    'gross 625: The commission is USD 6.25 before the fee.',
    'fee_rate null: 1.33% of USD 60.03 is USD 0.798399.',
    'fee_rounding 80: USD 0.798399, rounded half up, is USD 0.80.',
    'fee_floor 100: At least USD 1.00 is taken for one conversion, so it is USD 1.00.',
    'fee 100: Of USD 6.25 the fee takes USD 1.00, never more than there is; USD 5.25 is left.',
    'net 525: The affiliate earns USD 5.25.',
  ]);
});

test('whole tiers name what the period comes to', () => {
  const rates = steps([0n, percentage(1_000)], [15_000n, percentage(2_000)]);
  const given = terms({
    commission: [entry(tiers({ mode: 'whole', period: 'year', tiers: rates }))],
  });
  expect(linesOf(conversion({ terms: given }), conversion({ terms: given })).slice(1, -1)).toEqual([
    'measure 20000: All conversions in its year come to USD 200.00.',
    'rate 2000: For volume from USD 150.00 on: 20% of USD 100.00 is USD 20.00.',
  ]);
});

test('tiers by count name numbers of conversions', () => {
  const rates = steps([0n, flat(100n)], [1n, flat(200n)], [3n, flat(300n)]);
  const marginal = terms({ commission: [entry(tiers({ measure: 'count', tiers: rates }))] });
  expect(
    linesOf(conversion({ terms: marginal }), conversion({ terms: marginal })).slice(1, -1),
  ).toEqual([
    'measure null: It is conversion number 2 in USD in its month.',
    'rate 200: From conversion number 2 to 3: a flat USD 2.00.',
  ]);
  const whole = terms({
    commission: [entry(tiers({ measure: 'count', mode: 'whole', period: 'all', tiers: rates }))],
  });
  expect(linesOf(conversion({ terms: whole })).slice(1, -1)).toEqual([
    'measure null: The number of conversions since the first in USD is 1.',
    'rate 200: For a number from 1 conversion to below 3 conversions: a flat USD 2.00.',
  ]);
});

test('brackets, a flat rate under a cap, a fee that the platform bears', () => {
  const given = terms({
    commission: [
      entry(
        { kind: 'brackets', brackets: steps([0n, flat(50n)], [1_000n, flat(5_000n)]) },
        { currency: 'JPY', capMinor: 3_000n },
      ),
    ],
    fee: {
      bearer: 'platform',
      rates: [entry(percentage(29), { currency: null })],
      monthlyMinimums: [],
    },
  });
  expect(linesOf(conversion({ currency: 'JPY', terms: given }))).toEqual([
    'amount 10000: The conversion is of JPY 10,000.',
    'rate 5000: For amounts from JPY 1,000 on: a flat JPY 5,000.',
    'cap 3000: At most JPY 3,000 is taken for one conversion, so it is JPY 3,000.',
    'gross 3000: The commission is JPY 3,000 before the fee.',
    'fee_rate 29: 0.29% of JPY 10,000 is JPY 29.',
    'fee 29: The fee of JPY 29 is borne by the platform; nothing of JPY 3,000 is taken.',
    'net 3000: The affiliate earns JPY 3,000.',
  ]);
});

test('fractions of a yen have a point, those of a fils go on', () => {
  const rate = terms({ commission: [entry(percentage(333), { currency: null })] });
  expect(linesOf(conversion({ currency: 'JPY', amountMinor: 125n, terms: rate }))[2]).toBe(
    'rounding 4: JPY 4.1625, rounded half up, is JPY 4.',
  );
  expect(linesOf(conversion({ currency: 'KWD', amountMinor: 125n, terms: rate }))[2]).toBe(
    'rounding 4: KWD 0.0041625, rounded half up, is KWD 0.004.',
  );
});

describe('what earns nothing says why', () => {
  const under = (given: Partial<EligibilityTerms>) =>
    terms({ eligibility: { ...DEFAULT_ELIGIBILITY, ...given } });
  const { occurredAt } = conversion();
  test.each<[given: Partial<ConversionFacts>, line: string]>([
    [{ test: true }, 'test_order null: A test order earns nothing.'],
    [{ terms: null }, 'no_rate null: No rule has a rate for this currency at that time.'],
    [
      { clickedAt: occurredAt - 31 * DAY_MS, terms: under({ attributionDays: 30 }) },
      'outside_attribution_window null: The click came more than 30 days before the conversion.',
    ],
    [
      { clickedAt: occurredAt + 1, terms: under({ attributionDays: 30 }) },
      'outside_attribution_window null: The click came after the conversion.',
    ],
    [
      { sameOrderAt: occurredAt, terms: under({ orderWindowDays: 1 }) },
      'duplicate_order null: The same order came less than 1 day before.',
    ],
    [
      { sameCustomerAt: occurredAt, terms: under({ customerWindowDays: 365 }) },
      'duplicate_customer null: The same customer came less than 365 days before.',
    ],
    [
      { terms: under({ minimumOrders: [{ currency: 'USD', amountMinor: 20_000n }] }) },
      'below_minimum_order null: The least order that counts is USD 200.00.',
    ],
  ])('%#', (given, line) => {
    expect(linesOf(conversion(given))).toEqual([
      'amount 10000: The conversion is of USD 100.00.',
      line,
      'net 0: The affiliate earns USD 0.00.',
    ]);
  });
});
