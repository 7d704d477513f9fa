import { expect, test } from 'vitest';
import { keptOf, readSavedSearch, sameSearch, searchOf } from '../../web/lib/saved-search.ts';
import { readPayablesSearch } from '../../web/screens/payables/search.ts';

test('filters come back from a saved view as they were', () => {
  const filters = readPayablesSearch({
    currency: 'USD',
    show: 'blocked',
    minAmount: 2_500,
    q: 'ann 007',
  });
  const kept = keptOf(filters);
  expect(kept).toEqual({ currency: 'USD', show: 'blocked', minAmount: '2500', q: 'ann 007' });
  expect(readPayablesSearch(searchOf(kept))).toEqual(filters);
});

test('text that looks like a number and is none stays text', () => {
  expect(searchOf({ q: '007', to: '1e3', id: '12345678901234567890', many: ['1', '2'] })).toEqual({
    q: '007',
    to: '1e3',
    id: '12345678901234567890',
    many: ['1', '2'],
  });
});

test('a view is the same whatever the order of its filters, and none where nothing is chosen', () => {
  expect(sameSearch({ a: 1, b: 'x' }, { b: 'x', a: '1' })).toBe(true);
  expect(sameSearch({ a: 1 }, { a: 2 })).toBe(false);
  expect(sameSearch({ a: undefined, b: '' }, {})).toBe(true);
});

test('only the id of a view comes from an address', () => {
  expect(readSavedSearch({ saved: 'svw_1', status: 'FAILED' })).toEqual({ saved: 'svw_1' });
  expect(readSavedSearch({ saved: { a: 1 } })).toEqual({});
});
