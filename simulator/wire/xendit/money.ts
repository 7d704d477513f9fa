// ISO 4217 has two decimals for the rest. A ledger amount counts these units.
const ISO_DIGITS: Readonly<Record<string, number>> = { VND: 0, KRW: 0 };
// What v3 calls a minor unit: the rupiah has none ("IDR 10 → 10").
const V3_DIGITS: Readonly<Record<string, number>> = { IDR: 0, VND: 0, KRW: 0 };

/** Currencies of v3. */
export const CURRENCIES: ReadonlySet<string> = new Set([
  'USD',
  'SGD',
  'IDR',
  'PHP',
  'MYR',
  'THB',
  'VND',
  'HKD',
  'MXN',
  'CNY',
  'KRW',
  'AUD',
  'EUR',
]);

/** Minor units of an amount in major units (v2); null where it has more decimals than the currency. */
export function minorOfMajor(amount: number, currency: string): bigint | null {
  // The shortest text of a double is the number that was sent, up to 15 digits.
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(String(amount));
  const digits = isoDigits(currency);
  const [, whole = '', fraction = ''] = parts ?? [];
  if (parts === null || fraction.length > digits) return null;
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

/** An amount in major units, without zeros at its end, as it stands in JSON. */
export function majorOf(amountMinor: bigint, currency: string): string {
  const digits = isoDigits(currency);
  if (digits === 0) return String(amountMinor);
  const text = String(amountMinor).padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return text.slice(0, -digits) + (fraction === '' ? '' : `.${fraction}`);
}

/** ISO minor units of what v3 calls minor units. */
export function minorOfV3(amount: number, currency: string): bigint {
  return BigInt(amount) * factorOf(currency);
}

/** What v3 calls minor units. Rounded up, so that a lie about one ISO unit can be seen. */
export function v3Of(amountMinor: bigint, currency: string): number {
  const factor = factorOf(currency);
  return Number((amountMinor + factor - 1n) / factor);
}

function factorOf(currency: string): bigint {
  const digits = isoDigits(currency);
  return 10n ** BigInt(digits - (V3_DIGITS[currency] ?? digits));
}

function isoDigits(currency: string): number {
  return ISO_DIGITS[currency] ?? 2;
}
