import { z } from '@hono/zod-openapi';
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from '../../domain/limits.ts';
import { invalid } from './problems.ts';

/** The two query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS_DEFAULT),
  cursor: z.string().max(500).optional(),
};

export const nextCursorField = z
  .string()
  .nullable()
  .meta({ description: 'Give it as `cursor` for the next page; null on the last one.' });

/** Writes the place of a row as an opaque cursor. */
const writeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Reads a cursor by the shape of the places of its list; undefined where none was given. 422 for one
 * that this list has not given out.
 */
export function readCursor<Place>(
  cursor: string | undefined,
  place: z.ZodType<Place>,
): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    return place.parse(JSON.parse(text, (_key, value: unknown) => kept(value)));
  } catch {
    throw invalid('cursor', 'is not one that this list has given out');
  }
}

/** Throws for text that Postgres keeps nowhere, so that it stands in no place of a list. */
function kept(value: unknown): unknown {
  if (typeof value === 'string' && /[\0\p{Cs}]/u.test(value)) throw new RangeError('no such text');
  return value;
}

/** Cuts the one row too many that was asked for, and makes the cursor from the last row kept. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => readonly (string | number)[],
): { rows: Row[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    rows: kept,
    nextCursor: rows.length > limit && last ? writeCursor(placeOf(last)) : null,
  };
}
