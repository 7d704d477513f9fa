import { formatDecimal } from '../money.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** `2 payouts`, `1 payout`. */
export const several = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** An amount with its currency, as in `1234.50 USD`. */
export const money = (amountMinor: bigint, currency: string): string =>
  `${formatDecimal(amountMinor, currency)} ${currency}`;

/** `4.2` or `12`: how many times one number is of another. */
export const times = (factor: number): string => String(Math.round(factor * 10) / 10);

/** A share as per cent. */
export const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`;

export const hoursBetween = (from: Date, to: Date): number =>
  (to.getTime() - from.getTime()) / HOUR_MS;

export const minutesBetween = (from: Date, to: Date): number =>
  (to.getTime() - from.getTime()) / MINUTE_MS;

/** How long ago something was: `35 minutes`, `26.5 hours`. */
export const span = (from: Date, to: Date): string => {
  const minutes = Math.max(0, Math.round(minutesBetween(from, to)));
  return minutes < 120 ? several(minutes, 'minute') : `${times(minutes / 60)} hours`;
};

/** How many times `one` is of `other`. */
export const ratio = (one: bigint, other: bigint): number => Number(one) / Number(other);
