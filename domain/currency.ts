import currencyCodes from 'currency-codes';

/**
 * Codes of ISO 4217 that are no money to pay with: precious metals, units of account, tests. The
 * package lists them with zero digits, which would be wrong for an amount.
 */
const NOT_PAYABLE = new Set(
  'XAU XAG XPT XPD XXX XTS XDR XUA XSU XBA XBB XBC XBD CHE CHW UYI MXV USN COU BOV'.split(' '),
);

const DIGITS = new Map(
  currencyCodes.data
    .filter(({ code }) => !NOT_PAYABLE.has(code))
    .map(({ code, digits }) => [code, digits] as const),
);

/** The codes of all currencies that can be paid. */
export const CURRENCIES: readonly string[] = [...DIGITS.keys()];

/** True for an upper-case ISO-4217 code of a currency that can be paid. */
export const isCurrency = (code: string): boolean => DIGITS.has(code);

/** Digits after the decimal point by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. Throws on unknown codes. */
export function currencyDigits(code: string): number {
  const digits = DIGITS.get(code);
  if (digits === undefined) throw new RangeError(`${code} is not an ISO-4217 currency`);
  return digits;
}
