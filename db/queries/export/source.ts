import { z } from 'zod';
import type { CsvCell } from '../../../domain/csv.ts';
import { EXPORT_PAGE_ROWS } from '../../../domain/report/export.ts';
import type { Db } from '../../client.ts';
import { countColumn, onlyRow } from '../../rows.ts';
import { conditionsOf, Values, type Conditions, type ExportFilter } from './filter.ts';

/** Where a row stands in the order of its kind. */
export const exportPlace = z.array(z.union([z.string(), z.number()]));
export type ExportPlace = z.infer<typeof exportPlace>;

/** Rows of a kind that follow each other; `next` is the place of the last one, null where there are no more. */
export interface ExportPage {
  rows: CsvCell[][];
  next: ExportPlace | null;
}

/** Which rows, and from where on. */
export interface PageAsked {
  filter: ExportFilter;
  /** Only rows that were made up to then, as Postgres writes an instant. */
  asOf: string;
  /** Only rows behind that place. */
  after: ExportPlace | null;
  /** Whether all rows of the kind may be meant: then they are met in the order of their places. */
  many: boolean;
}

/** Rows of one kind, as exports read them. */
export interface ExportSource {
  columns: readonly string[];
  /** The filters that the kind knows. */
  conditions: Conditions;
  /** The FROM and WHERE of all rows that match now, for counting them. */
  matching(filter: ExportFilter, values: Values): string;
  readPage(db: Db, asked: PageAsked): Promise<ExportPage>;
}

/** How the rows of a kind are found and written. */
export interface SourceSpec<Row> {
  row: z.ZodType<Row>;
  select: string;
  from: string;
  /** What holds of all rows of the kind. */
  base?: string;
  conditions: Conditions;
  /** When a row was made. */
  madeAt: string;
  /** By what rows are ordered: the columns of an index, and their casts. */
  key: readonly { column: string; cast: string }[];
  place(row: Row): ExportPlace;
  /** Each column of the file by its name. */
  columns: Readonly<Record<string, (row: Row) => CsvCell>>;
}

/** How long a page, or a count, may take. */
const DEADLINE_MS = 60_000;

export function exportSource<Row>(spec: SourceSpec<Row>): ExportSource {
  const cells = Object.values(spec.columns);
  const order = spec.key.map(({ column }) => column).join(', ');
  return {
    columns: Object.keys(spec.columns),
    conditions: spec.conditions,
    matching(filter, values) {
      const all = [spec.base ?? 'true', ...conditionsOf(filter, spec.conditions, values)];
      return `from ${spec.from} where ${all.join(' and ')}`;
    },
    async readPage(db, asked) {
      const values = new Values();
      const where = whereOf(spec, asked, values);
      const found = await db.run(
        spec.row,
        `select ${spec.select} from ${spec.from} where ${where} order by ${order} limit ${EXPORT_PAGE_ROWS}`,
        values.all,
        { deadlineMs: DEADLINE_MS },
      );
      const last = found.at(-1);
      return {
        rows: found.map((row) => cells.map((cell) => cell(row))),
        next: last && found.length === EXPORT_PAGE_ROWS ? spec.place(last) : null,
      };
    },
  };
}

/** The columns by which few rows are found, and many are met in another order than that of their places. */
const SORTED_ELSEWHERE = /\b\w+\.(?:created_at|earned_at)\b(?= [<>])/g;

function whereOf<Row>(
  { base, conditions, madeAt, key }: SourceSpec<Row>,
  { filter, asOf, after, many }: PageAsked,
  values: Values,
): string {
  const asked = conditionsOf(filter, conditions, values);
  const columns = key.map(({ column }) => column).join(', ');
  const behind = after
    ? [
        `(${columns}) > (${key.map(({ cast }, at) => `${values.add(after[at])}::${cast}`).join(', ')})`,
      ]
    : [];
  return [
    ...(base ? [base] : []),
    // An index by time would have each page sort all that is left. A sum is in no index.
    ...(many
      ? asked.map((each) => each.replaceAll(SORTED_ELSEWHERE, `($& + interval '0')`))
      : asked),
    `${madeAt} + interval '0' <= ${values.add(asOf)}::timestamptz`,
    ...behind,
  ].join(' and ');
}

const countRow = z.object({ rows: countColumn, as_of: z.string() });

/** How many rows match, counted no further than one above `rowsMax`, and the instant of the count. */
export async function countMatching(
  db: Db,
  source: ExportSource,
  filter: ExportFilter,
  rowsMax: number,
): Promise<{ rows: number; asOf: string }> {
  const values = new Values();
  const from = source.matching(filter, values);
  const rows = await db.run(
    countRow,
    `select (select count(*) from (select 1 ${from} limit ${values.add(rowsMax + 1)}::bigint) found) as rows,
       now()::text as as_of`,
    values.all,
    { deadlineMs: DEADLINE_MS },
  );
  const { rows: count, as_of } = onlyRow(rows);
  return { rows: count, asOf: as_of };
}
