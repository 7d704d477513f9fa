/** Digits after the point of the currencies of ISO 4217 that do not have two. */
const DIGITS: Readonly<Record<number, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
  4: ['CLF', 'UYW'],
};

/** How many digits of an amount in minor units stand after the point. */
export function currencyDigits(currency: string): number {
  const found = Object.entries(DIGITS).find(([, currencies]) => currencies.includes(currency));
  return found ? Number(found[0]) : 2;
}

/** An amount of minor units as text, like `12,345.67`; no float is made of it on the way. */
export function formatAmount(amountMinor: number, currency: string): string {
  const digits = currencyDigits(currency);
  const plain = String(Math.abs(amountMinor)).padStart(digits + 1, '0');
  const whole = plain.slice(0, plain.length - digits).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const sign = amountMinor < 0 ? '−' : '';
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${plain.slice(-digits)}`;
}

/**
 * Minor units of what somebody typed, like `1,250.5`; null where it is no amount of that currency: too
 * many digits after the point, or none at all.
 */
export function parseAmount(text: string, currency: string): number | null {
  const [, whole, fraction = ''] = /^\s*(\d[\d,]*)(?:\.(\d+))?\s*$/.exec(text) ?? [];
  const digits = currencyDigits(currency);
  if (whole === undefined || fraction.length > digits) return null;
  const minor = Number(whole.replaceAll(',', '') + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}
