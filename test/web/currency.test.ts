import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CURRENCIES, currencyDigits as digitsOfDomain } from '../../domain/currency.ts';
import { formatDecimal } from '../../domain/money.ts';
import { currencyDigits, formatAmount, parseAmount } from '../../web/lib/currency.ts';

const currency = fc.constantFrom(...CURRENCIES);
const amountMinor = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('the console knows the digits of every currency as the product does', () => {
  const other = CURRENCIES.filter((code) => currencyDigits(code) !== digitsOfDomain(code));
  expect(other).toEqual([]);
});

test('an amount is written with the digits that the product writes, and thousands apart', () => {
  fc.assert(
    fc.property(currency, amountMinor, (code, amount) => {
      const text = formatAmount(amount, code);
      expect(text.replaceAll(',', '')).toBe(formatDecimal(BigInt(amount), code));
      expect(text).toMatch(/^\d{1,3}(,\d{3})*(\.\d+)?$/);
    }),
  );
  expect(formatAmount(123_456_789, 'USD')).toBe('1,234,567.89');
  expect(formatAmount(-5, 'USD')).toBe('−0.05');
  expect(formatAmount(1_000, 'JPY')).toBe('1,000');
});

test('an amount that was written is read back as the same one', () => {
  fc.assert(
    fc.property(currency, amountMinor, (code, amount) => {
      expect(parseAmount(formatAmount(amount, code), code)).toBe(amount);
    }),
  );
});

test.each([
  ['', 'USD'],
  ['abc', 'USD'],
  ['1.234', 'USD'],
  ['1.5', 'JPY'],
  ['-1', 'USD'],
  ['1e3', 'USD'],
  ['99999999999999999', 'USD'],
])('%j is no amount of %s', (text, code) => {
  expect(parseAmount(text, code)).toBe(null);
});
