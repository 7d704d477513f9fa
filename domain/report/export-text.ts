import { toCsv, type CsvCell } from '../csv.ts';
import type { ExportFormat } from './export.ts';

/** Rows of a file, each with a cell for every column. */
export interface ExportRows {
  columns: readonly string[];
  rows: readonly (readonly CsvCell[])[];
}

/**
 * Rows as they stand in the file, each with the end of its line. `header` writes the names of the
 * columns first; a file of JSON lines has them in each line, and numbers as numbers.
 */
export const exportText = (
  { columns, rows }: ExportRows,
  format: ExportFormat,
  header: boolean,
): string => (format === 'csv' ? toCsv(rows, header ? columns : null) : jsonLines(columns, rows));

function jsonLines(columns: readonly string[], rows: ExportRows['rows']): string {
  const names = columns.map((name) => `${JSON.stringify(name)}:`);
  let text = '';
  for (const row of rows) {
    const fields = names.map((name, place) => name + jsonOf(row[place] ?? null));
    text += `{${fields.join(',')}}\n`;
  }
  return text;
}

const jsonOf = (cell: CsvCell): string =>
  typeof cell === 'bigint' ? cell.toString() : JSON.stringify(cell);
