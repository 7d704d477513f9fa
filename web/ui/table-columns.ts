import {
  createColumnHelper,
  metaHelper,
  tableFeatures,
  type ColumnDef,
} from '@tanstack/react-table';

/** How a column is laid out. */
export interface ColumnLayout {
  /** A track of a CSS grid, like `120px` or `minmax(160px, 2fr)`. */
  width: string;
  /** Amounts and counts end on one line. */
  align?: 'start' | 'end';
  /** Left out where the table is narrower than that, in pixels. */
  hideBelow?: 560 | 800 | 1080;
  /** Only there where the table is narrower than that, in pixels. */
  hideFrom?: 560 | 800 | 1080;
}

/** Sorting, filtering and paging are the API's: a table here only shows rows. */
export const features = tableFeatures({ columnMeta: metaHelper<ColumnLayout>() });

export type Columns<Row extends object> = ColumnDef<typeof features, Row>[];

/** Makes the columns of a table of such rows. */
export const columnsOf = <Row extends object>() => createColumnHelper<typeof features, Row>();
