import { v7 } from 'uuid';
import { makeId, type IdKind } from '../domain/ids.ts';

/**
 * Draws new ids that follow each other, for a page of rows that are written at once: one draw for 65,536 of
 * them. The random bits before the count keep draws apart.
 */
export function idSeries(kind: IdKind): () => string {
  let [prefix, count] = ['', SERIES_LENGTH];
  return () => {
    if (count === SERIES_LENGTH) [prefix, count] = [newId(kind).slice(0, -4), 0];
    const place = count.toString(16).padStart(4, '0');
    count += 1;
    return prefix + place;
  };
}

const SERIES_LENGTH = 65_536;

/** A new id, sorted by time after those before it. */
export const newId = (kind: IdKind): string => makeId(kind, v7());
