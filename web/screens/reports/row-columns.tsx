import type { ReactNode } from 'react';
import { currencyDigits, formatAmount } from '../../lib/currency.ts';
import { Money } from '../../ui/money.tsx';
import { Time } from '../../ui/time.tsx';

/** A column of a report's rows: as it is read, and as it is copied into a sheet. */
export interface RowColumn<Row> {
  header: string;
  /** Figures end on one line. */
  end?: boolean;
  text: (row: Row) => string;
  cell?: (row: Row) => ReactNode;
  /** Not shown, since something beside it says the same; a sheet has it in a cell of its own. */
  copiedOnly?: boolean;
}

export const copied = <Row,>(column: RowColumn<Row>): RowColumn<Row> => ({
  ...column,
  copiedOnly: true,
});

const NOTHING = '—';

/** Text, or a dash. */
export const text = <Row,>(
  header: string,
  of: (row: Row) => string | null,
  soft = false,
): RowColumn<Row> => ({
  header,
  text: (row) => of(row) ?? '',
  cell: (row) => <span className={soft ? 'soft' : undefined}>{of(row) ?? NOTHING}</span>,
});

/** A number of things. */
export const counted = <Row,>(header: string, of: (row: Row) => number | null): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => of(row)?.toString() ?? '',
  cell: (row) => of(row)?.toLocaleString('en') ?? NOTHING,
});

/** The same as a change: its sign says which way. */
export const changed = <Row,>(header: string, of: (row: Row) => number): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => of(row).toString(),
  cell: (row) => withSign(of(row), Math.abs(of(row)).toLocaleString('en')),
});

/** An amount of the row's currency, copied as an exact decimal like in the CSV. */
export const money = <Row extends { currency: string | null }>(
  header: string,
  of: (row: Row) => number | null,
): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => decimalOf(of(row), row.currency),
  cell: (row) => {
    const amount = of(row);
    if (amount === null || row.currency === null) return NOTHING;
    return <Money amount={amount} currency={row.currency} />;
  },
});

/** A share of one, like a success rate. */
export const rate = <Row,>(header: string, of: (row: Row) => number | null): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => of(row)?.toString() ?? '',
  cell: (row) => formatRate(of(row)),
});

/** A change in percent. */
export const percent = <Row,>(header: string, of: (row: Row) => number | null): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => of(row)?.toString() ?? '',
  cell: (row) => formatPercent(of(row)),
});

/** Milliseconds, in whatever unit reads best. */
export const took = <Row,>(header: string, of: (row: Row) => number | null): RowColumn<Row> => ({
  header,
  end: true,
  text: (row) => of(row)?.toString() ?? '',
  cell: (row) => formatTook(of(row)),
});

export const time = <Row,>(header: string, of: (row: Row) => string | null): RowColumn<Row> => ({
  header,
  text: (row) => of(row) ?? '',
  cell: (row) => {
    const at = of(row);
    return at === null ? NOTHING : <Time at={at} />;
  },
});

/** Minor units as the decimal that a sheet reads as a number. */
export function decimalOf(amountMinor: number | null, currency: string | null): string {
  if (amountMinor === null || currency === null) return '';
  return formatAmount(amountMinor, currency).replaceAll(',', '').replace('−', '-');
}

const withSign = (value: number, size: string): string =>
  value === 0 ? size : `${value > 0 ? '+' : '−'}${size}`;

export const formatRate = (share: number | null): string =>
  share === null ? NOTHING : `${(share * 100).toLocaleString('en', DIGITS)} %`;

export const formatPercent = (change: number | null): string =>
  change === null
    ? NOTHING
    : `${withSign(change, Math.abs(change).toLocaleString('en', DIGITS))} %`;

const DIGITS = { maximumFractionDigits: 1 };
const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

export function formatTook(ms: number | null): string {
  if (ms === null) return NOTHING;
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['ms', 1];
  const digits = size === 1 ? { maximumFractionDigits: 0 } : DIGITS;
  return `${(ms / size).toLocaleString('en', digits)} ${unit}`;
}

/** An amount short enough for an axis, like `1.2M`. */
export const formatShortAmount = (amountMinor: number, currency: string): string =>
  (amountMinor / 10 ** currencyDigits(currency)).toLocaleString('en', {
    notation: 'compact',
    maximumFractionDigits: 1,
  });
