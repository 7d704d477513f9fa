import { v7 } from 'uuid';
import { makeId, type IdKind } from '../domain/ids.ts';

/** A new id, sorted by time after those before it. */
export const newId = (kind: IdKind): string => makeId(kind, v7());
