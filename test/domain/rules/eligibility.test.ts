import { describe, expect, test } from 'vitest';
import {
  INELIGIBLE_REASONS,
  type AffiliateFacts,
  type ConversionFacts,
  type IneligibleCode,
} from '../../../domain/rules/conversion.ts';
import { ineligible } from '../../../domain/rules/eligibility.ts';
import { DEFAULT_ELIGIBILITY } from '../../../domain/rules/effective.ts';
import type { EligibilityTerms } from '../../../domain/rules/terms.ts';
import { affiliate, conversion, DAY_MS, terms } from './plain-terms.ts';

const at = Date.UTC(2026, 2, 10, 12);

const codeOf = (given: Partial<ConversionFacts>, who: AffiliateFacts | null = affiliate) =>
  ineligible(who, conversion({ occurredAt: at, ...given }));

const under = (given: Partial<EligibilityTerms>) =>
  terms({ eligibility: { ...DEFAULT_ELIGIBILITY, ...given } });

test('what nothing speaks against counts', () => {
  expect(codeOf({})).toBe(null);
  expect(codeOf({ customer: 'somebody@example.com', clickedAt: at - 1, amountMinor: 0n })).toBe(
    null,
  );
});

/** Each reason with what brings it about. */
const CAUSES: Record<IneligibleCode, Partial<ConversionFacts>> = {
  test_order: { test: true },
  unknown_affiliate: {},
  affiliate_suspended: {},
  not_confirmed: { status: 'PENDING' },
  cancelled: { status: 'CANCELLED' },
  refunded: { reversedMinor: 10_000n },
  self_referral: { customer: affiliate.email },
  outside_attribution_window: { clickedAt: at + 1 },
  duplicate_order: { sameOrderAt: at },
  duplicate_customer: { sameCustomerAt: at },
  below_minimum_order: {},
  no_rate: {},
};

describe('the reasons', () => {
  const strict: EligibilityTerms = {
    attributionDays: 30,
    orderWindowDays: 30,
    customerWindowDays: 30,
    minimumOrders: [{ currency: 'USD', amountMinor: 10_001n }],
    selfReferral: 'refuse',
  };
  const codes = Object.keys(INELIGIBLE_REASONS) as IneligibleCode[];

  /** Everything is wrong from a code on, nothing of what comes before it. */
  const allFrom = (first: IneligibleCode): IneligibleCode | null => {
    const wrong = new Set(codes.slice(codes.indexOf(first)));
    const has = (code: IneligibleCode) => wrong.has(code);
    const eligibility = {
      ...strict,
      minimumOrders: has('below_minimum_order') ? strict.minimumOrders : [],
    };
    // A status is one or the other.
    const causes = [...wrong].toReversed().map((code) => CAUSES[code]);
    const facts = conversion({
      occurredAt: at,
      terms: terms({ eligibility, ...(has('no_rate') && { commission: [] }) }),
      ...Object.assign({}, ...causes),
    });
    if (has('unknown_affiliate')) return ineligible(null, facts);
    return ineligible({ ...affiliate, suspendedAt: has('affiliate_suspended') ? at : null }, facts);
  };

  test.each(codes)('%s comes before all that follow it', (code) => {
    expect(allFrom(code)).toBe(code);
  });
});

test('suspended counts from that instant on', () => {
  const suspendedAt = (instant: number) => ({ ...affiliate, suspendedAt: instant });
  expect(codeOf({}, suspendedAt(at + 1))).toBe(null);
  expect(codeOf({}, suspendedAt(at))).toBe('affiliate_suspended');
});

test('refunded is all of the amount, in any number of parts; an amount of 0 is not refunded', () => {
  expect(codeOf({ reversedMinor: 9_999n })).toBe(null);
  expect(codeOf({ reversedMinor: 10_001n })).toBe('refunded');
  expect(codeOf({ amountMinor: 0n })).toBe(null);
});

test.each([
  ['ada@example.com', 'self_referral'],
  [' ADA@EXAMPLE.COM ', 'self_referral'],
  ['partner-7', 'self_referral'],
  ['PARTNER-7', 'self_referral'],
  ['ada@example.co', null],
  ['partner-77', null],
  ['', null],
  [null, null],
])('the customer %j', (customer, code) => {
  expect(codeOf({ customer })).toBe(code);
  expect(codeOf({ customer, terms: under({ selfReferral: 'allow' }) })).toBe(null);
});

test('an affiliate without rules does not earn by itself either', () => {
  expect(codeOf({ customer: 'partner-7', terms: null })).toBe('self_referral');
});

test.each<[clickedAt: number | null, code: IneligibleCode | null]>([
  [at + 1, 'outside_attribution_window'],
  [at, null],
  [at - 30 * DAY_MS, null],
  [at - 30 * DAY_MS - 1, 'outside_attribution_window'],
  [null, null],
])('a click at %s, of a window of 30 days', (clickedAt, code) => {
  expect(codeOf({ clickedAt, terms: under({ attributionDays: 30 }) })).toBe(code);
  expect(codeOf({ clickedAt })).toBe(null);
});

describe.each([
  ['duplicate_order', 'sameOrderAt', 'orderWindowDays'],
  ['duplicate_customer', 'sameCustomerAt', 'customerWindowDays'],
] as const)('%s', (code, before, window) => {
  test.each([
    [0, code],
    [1, code],
    [7 * DAY_MS - 1, code],
    [7 * DAY_MS, null],
    [7 * DAY_MS + 1, null],
  ])('the same %s ms before, of a window of 7 days', (agoMs, expected) => {
    expect(codeOf({ [before]: at - agoMs, terms: under({ [window]: 7 }) })).toBe(expected);
    expect(codeOf({ [before]: at - agoMs })).toBe(null);
  });
});

test('the least order is that of its currency, held against the amount before refunds', () => {
  const given = under({
    minimumOrders: [
      { currency: 'EUR', amountMinor: 50_000n },
      { currency: 'USD', amountMinor: 10_000n },
    ],
  });
  expect(codeOf({ terms: given, amountMinor: 9_999n })).toBe('below_minimum_order');
  expect(codeOf({ terms: given, amountMinor: 10_000n })).toBe(null);
  expect(codeOf({ terms: given, amountMinor: 10_000n, reversedMinor: 1n })).toBe(null);
});

test('no rate: no terms, no commission in them, or none for the currency', () => {
  expect(codeOf({ terms: null })).toBe('no_rate');
  expect(codeOf({ terms: { ...terms(), commission: null } })).toBe('no_rate');
  expect(codeOf({ terms: terms({ commission: [] }) })).toBe('no_rate');
  expect(codeOf({ currency: 'EUR' })).toBe('no_rate');
});
