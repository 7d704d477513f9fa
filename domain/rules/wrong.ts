import { isCurrency } from '../currency.ts';
import type { ErrorDetail } from '../errors.ts';
import { AMOUNT_MINOR_MAX } from '../limits.ts';

/** Basis points that make a whole: one of them is a hundredth of a percent. */
const WHOLE_BPS = 10_000;

/** What one check found, at its place; nothing where there is no reason. */
export function* problem(path: string, reason: string | null): Generator<ErrorDetail> {
  if (reason !== null) yield { path, reason };
}

/** What is wrong with a whole number that has limits; null for nothing. */
export const wrongWhole = (value: number, least: number, most: number): string | null =>
  Number.isInteger(value) && value >= least && value <= most
    ? null
    : `must be a whole number from ${grouped(least)} to ${grouped(most)}`;

/** What is wrong with a rate; null for nothing. */
export const wrongBps = (bps: number): string | null =>
  wrongWhole(bps, 0, WHOLE_BPS) === null
    ? null
    : `must be a whole number of basis points from 0 to ${grouped(WHOLE_BPS)}, which is 100%`;

/** What is wrong with an amount, which may be 0; null for nothing. */
export function wrongAmount(amountMinor: bigint | null): string | null {
  if (amountMinor === null) return null;
  if (amountMinor < 0n) return 'must not be negative';
  return amountMinor > AMOUNT_MINOR_MAX ? 'is larger than an amount may be' : null;
}

/** What is wrong with a currency, null being that of all others; null for nothing. */
export const wrongCurrency = (currency: string | null): string | null =>
  currency === null || isCurrency(currency)
    ? null
    : 'must be an ISO-4217 code in upper case, like USD';

/** Remembers what an entry is for, and tells of a second one for the same. */
export function repeated(seen: Set<string>, key: string): string | null {
  if (seen.has(key)) return 'an earlier entry is for the same';
  seen.add(key);
  return null;
}

export const tooMany = (count: number, countMax: number, of: string): string | null =>
  count > countMax ? `makes ${grouped(count)} ${of}; at most ${grouped(countMax)} are taken` : null;

const grouped = (count: number): string => count.toLocaleString('en-US');
