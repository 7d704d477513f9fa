import { expect, test } from 'vitest';
import { DEFAULT_TERMS, effectiveTerms, termsByLayer } from '../../../domain/rules/effective.ts';
import { entry, percentage } from './plain-terms.ts';

test('without rules there are the defaults: nothing is earned, all else is open', () => {
  const none = { terms: DEFAULT_TERMS };
  expect(termsByLayer([])).toMatchObject(none);
  expect(termsByLayer([null, {}])).toMatchObject(none);
  expect(DEFAULT_TERMS).toMatchObject({ commission: null, rounding: 'half_up', holdingDays: 0 });
  expect(DEFAULT_TERMS.eligibility?.selfReferral).toBe('refuse');
});

test('section by section the most particular rule decides, all of it', () => {
  const ten = [entry(percentage(1_000)), entry(percentage(900), { currency: 'EUR' })];
  const twenty = [entry(percentage(2_000))];
  const { terms, layers } = termsByLayer([
    { commission: twenty },
    { holdingDays: 0, rounding: undefined },
    { commission: ten, holdingDays: 30, rounding: 'down' },
  ]);
  expect(terms).toEqual({ ...DEFAULT_TERMS, commission: twenty, holdingDays: 0, rounding: 'down' });
  expect(layers).toEqual({
    eligibility: null,
    commission: 0,
    fee: null,
    rounding: 2,
    holdingDays: 1,
    payout: null,
    frequency: null,
  });
});

test('places count rules that are missing', () => {
  const layers = [null, { holdingDays: 7 }, { holdingDays: 30 }];
  expect(termsByLayer(layers).layers.holdingDays).toBe(1);
  expect(effectiveTerms(layers).holdingDays).toBe(7);
});
