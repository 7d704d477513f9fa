import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyDigits, isCurrency } from '../../domain/currency.ts';
import {
  formatDecimal,
  formatMoney,
  parseDecimal,
  splitByWeights,
  toJsonAmount,
} from '../../domain/money.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';

const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'IDR', 'CLF', 'PHP');
const amount = fc.bigInt({ min: -AMOUNT_MINOR_MAX, max: AMOUNT_MINOR_MAX });

test('the parts of a split sum to the whole, each within one unit of its exact share', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(amount, weights, (whole, given) => {
      fc.pre(given.some((weight) => weight > 0n));
      const total = given.reduce((sum, weight) => sum + weight, 0n);
      const parts = splitByWeights(whole, given);
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(whole);
      parts.forEach((part, index) => {
        const distance = part * total - whole * (given[index] ?? 0n);
        expect(distance < 0n ? -distance : distance).toBeLessThan(total);
      });
    }),
    { numRuns: 20_000 },
  );
});

test('a split gives leftover units to the largest remainders, ties to the earlier part', () => {
  expect(splitByWeights(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
  expect(splitByWeights(5n, [2n, 1n])).toEqual([3n, 2n]);
  expect(splitByWeights(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
  expect(() => splitByWeights(1n, [0n])).toThrow(RangeError);
});

test('an amount written in major units reads back as the same minor units', () => {
  fc.assert(
    fc.property(amount, currency, (minor, code) => {
      expect(parseDecimal(formatDecimal(minor, code), code)).toEqual({
        ok: true,
        amountMinor: minor,
      });
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ['12.3', 'USD', 1_230n],
  ['12', 'JPY', 12n],
  ['0.001', 'KWD', 1n],
  ['12.300', 'USD', 1_230n],
  ['-5', 'USD', -500n],
])('%s %s is %s minor units', (text, code, minor) => {
  expect(parseDecimal(text, code)).toEqual({ ok: true, amountMinor: minor });
});

test.each([
  ['1.005', 'USD', 'too_many_decimals'],
  ['1.5', 'JPY', 'too_many_decimals'],
  ['1e3', 'USD', 'not_a_decimal'],
  ['1,000.00', 'USD', 'not_a_decimal'],
  ['', 'USD', 'not_a_decimal'],
  ['.5', 'USD', 'not_a_decimal'],
  ['NaN', 'USD', 'not_a_decimal'],
  ['99999999999999999999999', 'USD', 'too_large'],
  ['90071992547409.92', 'USD', 'too_large'],
])('%j %s is refused as %s, never rounded', (text, code, problem) => {
  expect(parseDecimal(text, code)).toEqual({ ok: false, problem });
});

test('currencies are those of ISO 4217 that can be paid', () => {
  expect(currencyDigits('IDR')).toBe(2);
  expect(currencyDigits('VND')).toBe(0);
  expect(currencyDigits('BHD')).toBe(3);
  for (const code of ['XAU', 'XXX', 'XTS', 'usd', 'ABC', '']) expect(isCurrency(code)).toBe(false);
  expect(() => currencyDigits('ABC')).toThrow(RangeError);
});

test('money for people has its currency, thousands and all decimals', () => {
  expect(formatMoney(123_456_789n, 'USD')).toBe('USD 1,234,567.89');
  expect(formatMoney(-5n, 'USD')).toBe('USD -0.05');
  expect(formatMoney(1_500n, 'JPY')).toBe('JPY 1,500');
});

test('JSON carries only amounts that a double holds exactly', () => {
  expect(toJsonAmount(AMOUNT_MINOR_MAX)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => toJsonAmount(AMOUNT_MINOR_MAX + 1n)).toThrow(RangeError);
});
