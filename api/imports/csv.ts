import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { ImportError } from '../../db/schema/imports.ts';

/** One line of data: where it ends in the file, and its cells by column name. */
export interface CsvRow {
  row: number;
  cells: Readonly<Record<string, string>>;
}

/** Which columns a kind of import knows. */
export interface CsvColumns {
  required: readonly string[];
  optional: readonly string[];
}

export interface CsvTable {
  rows: CsvRow[];
  errors: ImportError[];
  /** The file as a whole cannot be read: no header, or one that does not fit. */
  unusable: boolean;
}

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Reads CSV with a header line. What is wrong with single lines is reported with the number of the
 * line; the rest is read on.
 */
export function readCsv(bytes: Uint8Array, columns: CsvColumns): CsvTable {
  const errors: ImportError[] = [];
  const text = decode(bytes);
  if (text === null) return unusable(fileError('not_utf8', 'The file is not UTF-8 text.'));
  const records = recordsSchema.parse(
    parse(text, {
      bom: true,
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        errors.push({
          row: lineOf(error),
          column: '',
          code: 'malformed_csv',
          message: 'The quotes of this line are not balanced or not at the ends of a cell.',
        });
      },
    }),
  );
  const [header, ...lines] = records;
  if (!header)
    return unusable(...errors, fileError('no_header', 'The first line must name the columns.'));
  const wrong = checkHeader(header.record, columns);
  if (wrong.length > 0) return unusable(...wrong);
  const rows: CsvRow[] = [];
  for (const { record, info } of lines) {
    if (record.length === header.record.length) {
      rows.push({
        row: info.lines,
        cells: Object.fromEntries(header.record.map((name, index) => [name, record[index] ?? ''])),
      });
    } else {
      errors.push({
        row: info.lines,
        column: '',
        code: 'column_count',
        message: `This line has ${record.length} cells; the header names ${header.record.length} columns.`,
      });
    }
  }
  return { rows, errors, unusable: false };
}

const unusable = (...errors: ImportError[]): CsvTable => ({ rows: [], errors, unusable: true });

const fileError = (code: string, message: string): ImportError => ({
  row: 1,
  column: '',
  code,
  message,
});

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function checkHeader(names: readonly string[], { required, optional }: CsvColumns): ImportError[] {
  const known = new Set([...required, ...optional]);
  const problem = (column: string, code: string, message: string) => ({
    row: 1,
    column,
    code,
    message,
  });
  const given = names.map((name) => name.slice(0, 100));
  return [
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => problem(name, 'missing_column', `The column ${name} is missing.`)),
    ...given
      .filter((name) => !known.has(name))
      .map((name) => problem(name, 'unknown_column', `Known columns: ${[...known].join(', ')}.`)),
    ...given
      .filter((name, index) => given.indexOf(name) !== index)
      .map((name) => problem(name, 'double_column', 'This column is named twice.')),
  ];
}

function lineOf(error: unknown): number {
  const lines: unknown = error instanceof Error ? Reflect.get(error, 'lines') : null;
  return typeof lines === 'number' ? lines : 1;
}
