import { currencyDigits } from './currency.ts';
import { AMOUNT_MINOR_MAX } from './limits.ts';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

export type DecimalProblem = 'not_a_decimal' | 'too_many_decimals' | 'too_large';

/**
 * Reads an amount in major units, exactly: `"12.30"` of USD is 1230n, of JPY a problem. No sign but
 * `-`, no exponent, no thousands separator, nothing rounded.
 */
export function parseDecimal(
  text: string,
  currency: string,
): { ok: true; amountMinor: bigint } | { ok: false; problem: DecimalProblem } {
  const match = DECIMAL.exec(text.trim());
  if (!match) return { ok: false, problem: 'not_a_decimal' };
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = currencyDigits(currency);
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  if (/[^0]/.test(fraction.slice(digits))) return { ok: false, problem: 'too_many_decimals' };
  if (whole.length > 20) return { ok: false, problem: 'too_large' };
  const magnitude = BigInt(whole + kept);
  if (magnitude > AMOUNT_MINOR_MAX) return { ok: false, problem: 'too_large' };
  return { ok: true, amountMinor: sign ? -magnitude : magnitude };
}

/** Writes an amount in major units with all its decimals: 1230n of USD is `"12.30"`. */
export function formatDecimal(amountMinor: bigint, currency: string): string {
  const digits = currencyDigits(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const magnitude = (amountMinor < 0n ? -amountMinor : amountMinor).toString();
  if (digits === 0) return sign + magnitude;
  const padded = magnitude.padStart(digits + 1, '0');
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/** For people: `formatMoney(123456n, 'USD')` is `"USD 1,234.56"`. */
export function formatMoney(amountMinor: bigint, currency: string): string {
  const [whole = '', fraction] = formatDecimal(amountMinor, currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}

/**
 * Splits a whole by weights with the largest remainder: parts sum to the whole, each is within one
 * unit of its exact share, ties go to the earlier part. Weights are not negative and not all zero.
 */
export function splitByWeights(wholeMinor: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must not be negative and must not all be zero');
  }
  if (wholeMinor < 0n) return splitByWeights(-wholeMinor, weights).map((part) => -part);
  const remainders: bigint[] = [];
  let left = wholeMinor;
  const parts = weights.map((weight) => {
    const product = wholeMinor * weight;
    const part = product / total;
    remainders.push(product - part * total);
    left -= part;
    return part;
  });
  if (left === 0n) return parts;
  const byRemainder = remainders
    .map((remainder, index) => ({ index, remainder }))
    .sort((a, b) => (a.remainder === b.remainder ? 0 : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) {
    parts[index] = (parts[index] ?? 0n) + 1n;
  }
  return parts;
}

/** JSON carries integers in minor units; the limit on amounts keeps every one of them exact. */
export function toJsonAmount(amountMinor: bigint): number {
  if (amountMinor > AMOUNT_MINOR_MAX || amountMinor < -AMOUNT_MINOR_MAX) {
    throw new RangeError('amount is too large to be exact in JSON');
  }
  return Number(amountMinor);
}
