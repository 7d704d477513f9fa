import { currencyDigits } from '../../domain/currency.ts';
import { formatDecimal } from '../../domain/money.ts';

/**
 * Digits after the decimal point that Xendit pays, which are fewer than those of ISO 4217 where it
 * pays whole units only (documentation: create payout v3, "IDR 10 -> 10", and the 13 currencies).
 */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['IDR', 0],
  ['PHP', 2],
  ['VND', 0],
  ['THB', 2],
  ['MYR', 2],
  ['SGD', 2],
  ['USD', 2],
  ['HKD', 2],
  ['MXN', 2],
  ['CNY', 2],
  ['KRW', 0],
  ['AUD', 2],
  ['EUR', 2],
]);

/** The generations of Xendit's payout API; they write the same amount differently. */
export type ApiVersion = 'v2' | 'v3';

/** True for a currency that Xendit pays. */
export const isXenditCurrency = (currency: string): boolean => DIGITS.has(currency);

/** The smallest step of an amount, in minor units of ISO 4217: 100 for IDR, 1 for PHP. */
export const amountStep = (currency: string): bigint =>
  10n ** BigInt(currencyDigits(currency) - (DIGITS.get(currency) ?? 0));

/**
 * An amount as the request's JSON number: major units for v2 (`10000`, `1.11`, `1.5`), the provider's
 * own minor units for v3. Always the same text for the same amount; null where the amount has a part
 * that Xendit cannot pay, since nothing is rounded.
 */
export function writeAmount(
  amountMinor: bigint,
  currency: string,
  version: ApiVersion,
): string | null {
  const step = amountStep(currency);
  if (amountMinor % step !== 0n) return null;
  if (version === 'v3') return (amountMinor / step).toString();
  const text = formatDecimal(amountMinor, currency);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const NUMBER = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** A decimal with so many digits after the point, cut off behind them; `isExact` says whether nothing was. */
export interface ReadDecimal {
  minor: bigint;
  isExact: boolean;
}

/** Reads the text of a JSON number without ever making a float of it; null where it is none. */
export function readDecimal(text: string, digits: number): ReadDecimal | null {
  const match = NUMBER.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const magnitude = BigInt(`${sign}${whole}${fraction}`);
  const shift = digits - fraction.length + Number(exponent);
  if (shift >= 0) return { minor: magnitude * 10n ** BigInt(shift), isExact: true };
  const divisor = 10n ** BigInt(-shift);
  return { minor: magnitude / divisor, isExact: magnitude % divisor === 0n };
}

/** An amount of an answer in minor units of ISO 4217; null where it is none or finer than those. */
export function readAmount(text: string, currency: string, version: ApiVersion): bigint | null {
  if (!isXenditCurrency(currency)) return null;
  const step = version === 'v3' ? amountStep(currency) : 1n;
  const read = readDecimal(text, version === 'v3' ? 0 : currencyDigits(currency));
  return read?.isExact ? read.minor * step : null;
}
