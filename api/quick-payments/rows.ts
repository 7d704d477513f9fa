import { CellReader } from '../imports/cells.ts';
import { readCsv } from '../imports/csv.ts';

/** One payment of a list, as a caller gives it. The payee is named by our id or by the caller's. */
export interface GivenRow {
  /** The line of the file, or the place in `items`. */
  row: number;
  externalId: string;
  affiliateId?: string | undefined;
  affiliateExternalId?: string | undefined;
  amountMinor: bigint;
  description?: string | undefined;
}

/** What is wrong with a row. */
export interface RowError {
  row: number;
  externalId: string | null;
  column: string;
  code: string;
  message: string;
}

/** A list as read: what is wrong with a row keeps it out of `rows`. */
export interface GivenList {
  currency: string;
  rows: GivenRow[];
  errors: RowError[];
  /** The file as a whole cannot be read. */
  unusable: boolean;
}

const COLUMNS = {
  required: ['external_id', 'affiliate_external_id', 'amount', 'currency'],
  optional: ['description'],
};

/**
 * Reads a list from CSV: external_id, affiliate_external_id, amount (decimal, major units, above
 * zero), currency (the same in all lines), description.
 */
export function readListCsv(body: Uint8Array): GivenList {
  const table = readCsv(body, COLUMNS);
  const list: GivenList = {
    currency: '',
    rows: [],
    errors: table.errors.map((error) => ({ ...error, externalId: null })),
    unusable: table.unusable,
  };
  for (const line of table.rows) {
    const cells = new CellReader(line);
    const currency = cells.currency('currency');
    const row = {
      row: line.row,
      externalId: cells.required('external_id', 200),
      affiliateExternalId: cells.required('affiliate_external_id', 200),
      amountMinor: cells.amount('amount', currency),
      description: cells.optional('description', 1_000),
    };
    if (row.amountMinor < 0n)
      cells.refuse('amount', 'not_above_zero', 'The amount must be above zero.');
    if (currency && list.currency === '') list.currency = currency;
    else if (currency && currency !== list.currency)
      cells.refuse(
        'currency',
        'other_currency',
        'A list has one currency: that of its first line.',
      );
    if (cells.errors.length === 0) list.rows.push(row);
    const externalId = row.externalId || null;
    list.errors.push(...cells.errors.map((error) => ({ ...error, externalId })));
  }
  return list;
}
