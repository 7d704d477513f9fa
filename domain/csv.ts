import { stringify } from 'csv-stringify/sync';

/** A cell of a file: text, a number, or nothing. A decimal number may be given as text, to be exact. */
export type CsvCell = string | number | bigint | null;

/**
 * Lines of CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front;
 * numbers stay numbers, also where they are given as text like `-12.30`.
 */
export function toCsv(
  rows: readonly (readonly CsvCell[])[],
  header: readonly string[] | null,
): string {
  let text = header ? byLibrary(header) : '';
  for (const row of rows) text += plainLine(row) ?? byLibrary(row);
  return text;
}

/** Begins with a letter or digit and holds nothing that is quoted; a number below zero is no formula. */
const PLAIN = /^(?:[\p{L}\p{N}][^",\r\n]*|-\d+(?:\.\d+)?)?$/u;

/**
 * The line of a row whose cells all stand for themselves, as nearly all do; null for others. It spares
 * the library's look at each cell, which takes several times as long as all else about a row.
 */
function plainLine(row: readonly CsvCell[]): string | null {
  let line = '';
  for (let place = 0; place < row.length; place += 1) {
    const cell = row[place] ?? '';
    if (typeof cell === 'string' && !PLAIN.test(cell)) return null;
    line += place === 0 ? cell : `,${cell}`;
  }
  return `${line}\r\n`;
}

const byLibrary = (row: readonly CsvCell[]): string =>
  stringify([row.map(harmless)], {
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { string: asWritten },
  });

/** What the library leaves as it is, and some readers skip on their way to a formula. */
const harmless = (cell: CsvCell): CsvCell =>
  typeof cell === 'string' && /^[\0\n]/.test(cell) ? `'${cell}` : cell;

/** The library takes a minus for a formula's unless told. */
const asWritten = (cell: string) =>
  /^-\d+(?:\.\d+)?$/.test(cell) ? { value: cell, escape_formulas: false } : cell;
