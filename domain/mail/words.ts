import { formatDecimal, formatMoney } from '../money.ts';
import type { MailLanguage } from './language.ts';

/**
 * A user's text as one plain line: control and format characters (line ends, changes of direction) become
 * spaces, at most `max` characters are kept.
 */
export const oneLine = (text: string, max: number): string =>
  Array.from(text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim())
    .slice(0, max)
    .join('');

/** For people: 123456n of USD is `USD 1,234.56` in English and `1.234,56 USD` in German. */
export function mailAmount(amountMinor: bigint, currency: string, language: MailLanguage): string {
  if (language === 'en') return formatMoney(amountMinor, currency);
  const [whole = '', fraction] = formatDecimal(amountMinor, currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  return `${fraction === undefined ? grouped : `${grouped},${fraction}`} ${currency}`;
}

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** The day of an instant in UTC: `22 November 2026`, `22.11.2026`. */
export function mailDay(at: Date, language: MailLanguage): string {
  const [day, month, year] = [at.getUTCDate(), at.getUTCMonth(), at.getUTCFullYear()];
  if (language === 'en') return `${day} ${MONTHS[month] ?? ''} ${year}`;
  return `${String(day).padStart(2, '0')}.${String(month + 1).padStart(2, '0')}.${year}`;
}
