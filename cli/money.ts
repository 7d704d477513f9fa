import { isCurrency } from '../domain/currency.ts';
import { formatMoney, parseDecimal } from '../domain/money.ts';
import { usageError } from './errors.ts';

/** An amount of an answer for people: `USD 1,234.56`. */
export const moneyOf = (amount: number, currency: string): string =>
  formatMoney(BigInt(amount), currency);

/**
 * The minor units of an amount that was typed in major units, such as `12.34`.
 * @throws CliError (usage) where it is not exact in that currency, or not above zero.
 */
export function minorUnitsOf(typed: string, currency: string): number {
  if (!isCurrency(currency)) {
    throw usageError(`${currency} is not an ISO-4217 currency.`, 'Write it like USD or EUR.');
  }
  const parsed = parseDecimal(typed, currency);
  if (!parsed.ok || parsed.amountMinor <= 0n) {
    throw usageError(
      `${typed} is not an amount of ${currency}.`,
      'Write it in major units with a point, like 12.34.',
    );
  }
  return Number(parsed.amountMinor);
}
