import type { CellReader } from '../cells.ts';

/** How an amount is written: with decimals or a currency sign it is in major units, whole it is in minor ones. */
export type AmountForm = 'major' | 'minor';

const WRITTEN =
  /^(?<sign>-?)(?<symbol>(?:[A-Z]{1,3})?\p{Sc}?)(?<whole>\d{1,3}(?:,\d{3})+|\d+)(?<fraction>\.\d+)?(?<code>[A-Z]{3})?$/u;

/**
 * Reads an amount of an export: `1250` is 1,250 minor units, as the APIs of these products have them;
 * `12.50`, `$12.50`, `-$1,012.50` and `12 EUR` are major units. `form` is null for 0 and for what is none.
 */
export function readForeignAmount(
  cells: CellReader,
  column: string,
  currency: string | null,
): { amountMinor: bigint; form: AmountForm | null } {
  const cell = cells.given(column, 60);
  if (cell === undefined) cells.refuse(column, 'missing_value', 'This cell must not be empty.');
  if (cell === undefined || currency === null) return { amountMinor: 1n, form: null };
  const parts = WRITTEN.exec(cell.replaceAll(/\s/g, ''))?.groups;
  const whole = parts?.['whole']?.replaceAll(',', '') ?? '';
  const sign = parts?.['sign'] ?? '';
  const fraction = parts?.['fraction'] ?? '';
  const major = fraction !== '' || Boolean(parts?.['symbol']) || Boolean(parts?.['code']);
  if (parts && !major && whole.length <= 15) {
    const amountMinor = BigInt(sign + whole);
    return { amountMinor, form: amountMinor === 0n ? null : 'minor' };
  }
  const amountMinor = cells.decimal(column, parts ? sign + whole + fraction : cell, currency);
  return amountMinor === null
    ? { amountMinor: 1n, form: null }
    : { amountMinor, form: amountMinor === 0n ? null : 'major' };
}
