import { z } from 'zod';
import { formatDecimal } from '../../../domain/money.ts';

/**
 * Instants are made text by slicing what Postgres writes (`2026-01-31 12:00:00.5+00`, in UTC): a million rows
 * have four million of them.
 */
export const instantText = z.string();

/** An instant as answers show it: ISO 8601 in UTC, with milliseconds. */
export const isoOf = (text: string): string =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${(text[19] === '.' ? text.slice(20, 23).replace(/\D.*/, '') : '').padEnd(3, '0')}Z`;

export const isoOrNull = (text: string | null): string | null => text && isoOf(text);

/** The two columns of an amount: exact in major units, and in minor units. */
export const amountColumns = {
  currency: (row: Amount) => row.currency,
  amount: (row: Amount) => formatDecimal(row.amount_minor, row.currency),
  amountMinor: (row: Amount) => row.amount_minor,
};

interface Amount {
  amount_minor: bigint;
  currency: string;
}

/** The conditions of an amount in the column of that name. */
export const amountConditions = (column: string) => ({
  minAmountMinor: `${column} >= ?::bigint`,
  maxAmountMinor: `${column} <= ?::bigint`,
});

/** The conditions of when something happened, in the column of that name. */
export const timeConditions = (column: string) => ({
  from: `${column} >= ?::timestamptz`,
  to: `${column} < ?::timestamptz`,
});
