import { stripVTControlCharacters } from 'node:util';

/** Numbers and amounts stand to the right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** A table of plain text with aligned columns and no borders, one line a row. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  heading: (text: string) => string = (text) => text,
): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  const line = (cells: readonly string[], style: (text: string) => string) =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return right ? space + style(cell) : style(cell) + space;
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      heading,
    ),
    ...rows.map((row) => line(row, (cell) => cell)),
  ].join('\n');
}

/** `name  value` lines with the values below each other. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Letters as a terminal counts them, near enough: without colours, accents as one. */
const widthOf = (text: string): number =>
  Array.from(stripVTControlCharacters(text).normalize('NFC')).length;
