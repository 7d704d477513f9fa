import { z } from 'zod';

/** Column parsers for the rows of hand-written statements, whose types are inferred from them. */
export const instantColumn = z.string().transform((text) => new Date(text));
export const amountColumn = z.bigint();
/** A count(*) or another bigint that is surely small. */
export const countColumn = z.union([z.bigint(), z.number()]).transform(Number);
export const noRow = z.never();

/** The one row of a statement that always has one. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new Error(`a statement that answers one row answered ${rows.length}`);
  }
  return row;
}
