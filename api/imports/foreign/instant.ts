import type { CellReader } from '../cells.ts';

const SPACED = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?: ?(?:UTC|Z|\+00:?00))?$/;

/**
 * Reads an instant of an export: as ours are written, with a space and UTC as databases write them, or
 * as seconds or milliseconds since 1970. Undefined where there is none.
 */
export function readForeignInstant(cells: CellReader, column: string): Date | undefined {
  const cell = cells.given(column, 60);
  if (cell === undefined) return undefined;
  if (/^\d{10}$/.test(cell)) return new Date(Number(cell) * 1_000);
  if (/^\d{13}$/.test(cell)) return new Date(Number(cell));
  const [, day, time] = SPACED.exec(cell) ?? [];
  if (day === undefined || time === undefined) return cells.instant(column);
  const instant = new Date(`${day}T${time}Z`);
  if (!Number.isNaN(instant.getTime())) return instant;
  cells.refuse(column, 'invalid_value', 'There is no such instant.');
  return undefined;
}
