import type { PeriodName, ReportsSearch } from './search.ts';

/** Local days of a zone, both included. */
export interface Days {
  from: string;
  last: string;
  zone: string;
}

const PERIOD_WORDS: Readonly<Record<PeriodName, string>> = {
  month: 'This month',
  'last-month': 'Last month',
  '7-days': 'Last 7 days',
  '30-days': 'Last 30 days',
  '90-days': 'Last 90 days',
  quarter: 'This quarter',
  year: 'This year',
  'last-year': 'Last year',
};

export const periodLabel = (name: PeriodName): string => PERIOD_WORDS[name];

/** The zone that the clock on the wall goes by. */
export const LOCAL_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const DAY_MS = 86_400_000;

/** A day so many days later, or earlier. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** The first day of the month so many months later. */
const firstOfMonth = (day: string, months: number): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months, 1))
    .toISOString()
    .slice(0, 10);

/** Days from the first of a name up to today, or up to its end where that has passed. */
function spanOf(name: PeriodName, today: string): { from: string; last: string } {
  const year = today.slice(0, 4);
  const inQuarter = (Number(today.slice(5, 7)) - 1) % 3;
  switch (name) {
    case 'month':
      return { from: firstOfMonth(today, 0), last: today };
    case 'last-month':
      return { from: firstOfMonth(today, -1), last: daysAfter(firstOfMonth(today, 0), -1) };
    case '7-days':
      return { from: daysAfter(today, -6), last: today };
    case '30-days':
      return { from: daysAfter(today, -29), last: today };
    case '90-days':
      return { from: daysAfter(today, -89), last: today };
    case 'quarter':
      return { from: firstOfMonth(today, -inQuarter), last: today };
    case 'year':
      return { from: `${year}-01-01`, last: today };
    case 'last-year':
      return { from: `${Number(year) - 1}-01-01`, last: `${Number(year) - 1}-12-31` };
  }
}

/** The days that are asked for; this month where nothing is said. */
export function daysOf(search: ReportsSearch, nowMs: number): Days {
  const zone = search.zone ?? 'UTC';
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(nowMs);
  const named = spanOf(search.period ?? 'month', today);
  return { from: search.from ?? named.from, last: search.last ?? named.last, zone };
}
