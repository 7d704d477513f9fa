import { Button, CopyButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { count } from '../../lib/words.ts';
import { Section } from '../../ui/page.tsx';
import type { RowColumn } from './row-columns.tsx';
import classes from './rows-table.module.css';

/** Rows that are shown at first; a browser takes its time with many thousands. */
const FIRST_ROWS = 250;

interface Props<Row> {
  label: string;
  columns: readonly RowColumn<Row>[];
  rows: readonly Row[];
  /** Rows that sum up others. */
  strong?: ((row: Row) => boolean) | undefined;
}

/** All rows of a report under a heading of their own. */
export function RowsSection<Row>(props: Props<Row>) {
  return (
    <Section title={props.label} aside={<CopyRows {...props} />}>
      <RowsTable {...props} />
    </Section>
  );
}

/** Rows as a table that can be read row by row, copied and printed. */
export function RowsTable<Row>({ label, columns, rows, strong }: Props<Row>) {
  const [all, setAll] = useState(false);
  const seen = columns.filter(({ copiedOnly }) => !copiedOnly);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <>
      <div className={classes['scroll']} tabIndex={0} role="group" aria-label={label}>
        <table className={classes['table']}>
          <caption>
            <VisuallyHidden>{label}</VisuallyHidden>
          </caption>
          <thead>
            <tr>
              {seen.map(({ header, end }) => (
                <th key={header} scope="col" data-align={end ? 'end' : undefined}>
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, place) => (
              <tr key={place} data-strong={strong?.(row) || undefined}>
                {seen.map((column, at) => (
                  <Cell key={column.header} column={column} row={row} heads={at === 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < rows.length && (
        <div className={classes['more']}>
          <span className="soft">
            The first {FIRST_ROWS} of {count(rows.length, 'row')}.
          </span>
          <Button variant="default" size="compact-xs" onClick={() => setAll(true)}>
            Show all
          </Button>
        </div>
      )}
    </>
  );
}

/** A sentence is broken over lines; a word or a figure is not. */
const LONG = 40;

function Cell<Row>({ column, row, heads }: { column: RowColumn<Row>; row: Row; heads: boolean }) {
  const words = column.text(row);
  const content = column.cell ? column.cell(row) : words;
  if (heads) return <th scope="row">{content}</th>;
  return (
    <td
      data-align={column.end ? 'end' : undefined}
      className={words.length > LONG ? classes['long'] : undefined}
    >
      {content}
    </td>
  );
}

/** Tabs and line ends inside a cell would make cells of their own. */
const plain = (cell: string): string => cell.replaceAll(/\s+/g, ' ');

const tabbed = <Row,>(columns: readonly RowColumn<Row>[], rows: readonly Row[]): string =>
  [
    columns.map(({ header }) => header),
    ...rows.map((row) => columns.map(({ text }) => plain(text(row)))),
  ]
    .map((cells) => cells.join('\t'))
    .join('\n');

/** Copies rows so that they can be pasted into a sheet, cell by cell. */
export function CopyRows<Row>({ label, columns, rows }: Props<Row>) {
  return (
    <CopyButton value={tabbed(columns, rows)} timeout={1_500}>
      {({ copied, copy }) => (
        <Button
          variant="subtle"
          size="compact-xs"
          className="no-print"
          leftSection={
            copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />
          }
          onClick={copy}
        >
          {copied ? 'Copied' : 'Copy rows'}
          <VisuallyHidden> of {label}</VisuallyHidden>
        </Button>
      )}
    </CopyButton>
  );
}
