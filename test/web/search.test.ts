import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readApprovalsSearch } from '../../web/screens/approvals/search.ts';
import { readBatchesSearch, readBatchSearch } from '../../web/screens/batches/search.ts';
import { readNewBatchSearch } from '../../web/screens/new-batch/search.ts';
import { readPayablesSearch } from '../../web/screens/payables/search.ts';

const READERS = [
  readApprovalsSearch,
  readBatchesSearch,
  readBatchSearch,
  readNewBatchSearch,
  readPayablesSearch,
];
const NAMES =
  'status provider currency q tab payment view show minAmount picked from to __proto__ limit cursor'.split(
    ' ',
  );

test('whatever stands in an address, only known filters of the right kind come through', () => {
  const search = fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue());
  fc.assert(
    fc.property(search, (given) => {
      for (const read of READERS) {
        const values = Object.entries(read(given));
        for (const [name, value] of values) {
          expect(NAMES).toContain(name);
          expect(['limit', 'cursor']).not.toContain(name);
          expect(typeof value === 'string' || Number.isSafeInteger(value)).toBe(true);
        }
      }
    }),
  );
});

test('filters survive the way into an address and back', () => {
  const filters = { status: 'FAILED', provider: 'mock', q: 'ada' } as const;
  expect(readBatchesSearch({ ...filters, status: 'FAILED' })).toEqual(filters);
  expect(readPayablesSearch({ show: 'ready', minAmount: 5_000, currency: 'USD' })).toEqual({
    show: 'ready',
    minAmount: 5_000,
    currency: 'USD',
  });
  expect(readBatchesSearch({ status: 'NOTHING', provider: 'bank' })).toEqual({});
});
