import { formatAmount } from '../../lib/currency.ts';
import { decimalOf, formatRate, formatShortAmount, formatTook } from './row-columns.tsx';

/** What the figures of a chart are. Amounts are of one currency: those of two are never in one chart. */
export type Unit =
  { kind: 'money'; currency: string } | { kind: 'count' } | { kind: 'rate' } | { kind: 'took' };

/** A place on the axis with a figure for each series, in their order; null where there is none. */
export interface ChartPoint {
  label: string;
  /** For the axis, where the label is too long for it. */
  short?: string;
  values: readonly (number | null)[];
}

/** A chart, and the table that says the same. */
export interface ChartModel {
  title: string;
  /** What stands on the axis. */
  axis: string;
  unit: Unit;
  series: readonly string[];
  /** Of each series its colour and pattern, where they must stay the same whichever series there are. */
  places?: readonly number[] | undefined;
  points: readonly ChartPoint[];
  /** Parts of a whole upon each other instead of beside each other. */
  stacked?: boolean;
}

/** A figure in full. */
export function formatFigure(value: number | null, unit: Unit): string {
  if (value === null) return '—';
  switch (unit.kind) {
    case 'money':
      return `${formatAmount(value, unit.currency)} ${unit.currency}`;
    case 'count':
      return value.toLocaleString('en');
    case 'rate':
      return formatRate(value);
    case 'took':
      return formatTook(value);
  }
}

/** A figure as a sheet reads it. */
export const plainFigure = (value: number | null, unit: Unit): string =>
  unit.kind === 'money' ? decimalOf(value, unit.currency) : (value?.toString() ?? '');

/** A figure short enough for an axis. */
export function formatTick(value: number, unit: Unit): string {
  if (unit.kind === 'money') return formatShortAmount(value, unit.currency);
  if (unit.kind === 'count') {
    return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
  }
  return formatFigure(value, unit);
}

/** Charts that are drawn at once; more are chosen by currency. */
export const CHARTS_MAX = 4;

/** The currencies of rows, each once, in their order. */
export const currenciesOf = (rows: readonly { currency: string | null }[]): string[] => [
  ...new Set(rows.flatMap(({ currency }) => currency ?? [])),
];
