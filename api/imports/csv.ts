import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { ImportError } from '../../db/schema/imports.ts';
import { readText } from '../../domain/text-encoding.ts';

/** One line of data: where it ends in the file, and its cells by column name. */
export interface CsvRow {
  row: number;
  cells: Readonly<Record<string, string>>;
}

/** Which columns a kind of import knows. */
export interface CsvColumns {
  required: readonly string[];
  optional: readonly string[];
  /**
   * For files that others write: the headers that stand for each column, the likeliest first, without
   * regard to case, spaces and signs. Columns that none of them names are left aside.
   */
  headers?: Readonly<Record<string, readonly string[]>>;
  /** Of each of these groups of columns one must be there. */
  oneOf?: readonly (readonly string[])[];
}

export interface CsvTable {
  rows: CsvRow[];
  errors: ImportError[];
  /** What the file calls each column. */
  titles: ReadonlyMap<string, string>;
  /** The file as a whole cannot be read: no header, or one that does not fit. */
  unusable: boolean;
}

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Reads CSV with a header line. What is wrong with single lines is reported with the number of the
 * line; the rest is read on. Only UTF-8 is text: a file in another encoding is refused as a whole.
 */
export function readCsv(bytes: Uint8Array, columns: CsvColumns): CsvTable {
  const errors: ImportError[] = [];
  const text = readText(bytes);
  if (text.problem !== null) return unusable(fileError('not_utf8', text.problem));
  const records = recordsSchema.parse(
    parse(text.text, {
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
  const wrong = columns.headers ? [] : checkHeader(header.record, columns);
  const places = columns.headers
    ? findColumns(header.record, columns, columns.headers, wrong)
    : new Map(header.record.map((name, index) => [name, index]));
  if (wrong.length > 0) return unusable(...wrong);
  const rows: CsvRow[] = [];
  for (const { record, info } of lines) {
    if (record.length === header.record.length) {
      rows.push({
        row: info.lines,
        cells: Object.fromEntries([...places].map(([name, index]) => [name, record[index] ?? ''])),
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
  const titles = new Map(
    [...places].map(([name, index]) => [name, (header.record[index] ?? name).slice(0, 100)]),
  );
  return { rows, errors, titles, unusable: false };
}

const unusable = (...errors: ImportError[]): CsvTable => ({
  rows: [],
  errors,
  titles: new Map(),
  unusable: true,
});

const fileError = (code: string, message: string): ImportError => ({
  row: 1,
  column: '',
  code,
  message,
});

/** A header without what programs write differently: `Partner ID` is `partner_id`. */
const plain = (header: string): string =>
  header
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');

/** Where each column stands in a file of others; what is wrong with the header goes to `wrong`. */
function findColumns(
  names: readonly string[],
  { required, oneOf = [] }: CsvColumns,
  headers: Readonly<Record<string, readonly string[]>>,
  wrong: ImportError[],
): Map<string, number> {
  const given = names.map(plain);
  const found = new Map<string, number>();
  for (const [column, known] of Object.entries(headers)) {
    const header = known.find((each) => given.includes(each));
    if (header !== undefined) {
      found.set(column, given.indexOf(header));
      if (given.indexOf(header) !== given.lastIndexOf(header)) {
        wrong.push(headerError(header, 'double_column', 'This column is named twice.'));
      }
    }
  }
  for (const group of [...required.map((column) => [column]), ...oneOf]) {
    if (group.some((column) => found.has(column))) continue;
    const known = group.flatMap((column) => headers[column] ?? []).join(', ');
    const message = `None of the headers ${known} is in the file.`;
    wrong.push(headerError(group[0] ?? '', 'missing_column', message));
  }
  return found;
}

const headerError = (column: string, code: string, message: string): ImportError => ({
  row: 1,
  column,
  code,
  message,
});

function checkHeader(names: readonly string[], { required, optional }: CsvColumns): ImportError[] {
  const known = new Set([...required, ...optional]);
  const given = names.map((name) => name.slice(0, 100));
  return [
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => headerError(name, 'missing_column', `The column ${name} is missing.`)),
    ...given
      .filter((name) => !known.has(name))
      .map((name) =>
        headerError(name, 'unknown_column', `Known columns: ${[...known].join(', ')}.`),
      ),
    ...given
      .filter((name, index) => given.indexOf(name) !== index)
      .map((name) => headerError(name, 'double_column', 'This column is named twice.')),
  ];
}

function lineOf(error: unknown): number {
  const lines: unknown = error instanceof Error ? Reflect.get(error, 'lines') : null;
  return typeof lines === 'number' ? lines : 1;
}
