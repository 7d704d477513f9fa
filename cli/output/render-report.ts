import type { ReportAnswer } from '../answers/reports.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

type Row = ReportAnswer['rows'][number];

/** A report as a table of what its rows have, below what it is about. */
export function reportText({ report, rows }: ReportAnswer, style: Style): string {
  const about =
    report.from === report.to
      ? `${report.name}, as of ${report.to}`
      : `${report.name}, ${report.from} to ${report.to} (${report.zone})`;
  const [first] = rows;
  if (!first) return `${about}\n\nNothing.`;
  const names = Object.keys(first).filter((name) => name !== 'currency' || !hasAmounts(first));
  const columns = names.map((name) => ({
    title: titleOf(name),
    right: isAmount(name) || rows.some((row) => typeof row[name] === 'number'),
  }));
  const cells = rows.map((row) => names.map((name) => cellText(row, name)));
  return `${about}\n\n${table(columns, cells, style.dim)}`;
}

const isAmount = (name: string): boolean => name === 'amount' || name.endsWith('Amount');
/** Amounts are written with their currency, which then needs no column. */
const hasAmounts = (row: Row): boolean => Object.keys(row).some(isAmount);

/** `successRate` is SUCCESS RATE. */
const titleOf = (name: string): string =>
  name
    .replace(/Amount$/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .toUpperCase();

function cellText(row: Row, name: string): string {
  const value = row[name] ?? null;
  const { currency } = row;
  if (value === null) return '';
  if (typeof value === 'number' && isAmount(name) && typeof currency === 'string') {
    return moneyOf(value, currency);
  }
  return typeof value === 'number' && /Rate/.test(name)
    ? `${(value * 100).toFixed(1)}%`
    : String(value);
}
