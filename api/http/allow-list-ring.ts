import type { Db } from '../../db/client.ts';
import { listAllowLists, type AllowListTarget } from '../../db/queries/allow-lists.ts';
import { readNetworks, type Networks } from '../../domain/network.ts';
import { keepFresh, type Fresh } from './fresh.ts';

/** A changed list is in force everywhere within this time. */
const KEEP_MS = 900;

/** The lists in force, by target. A list that cannot be read is null and lets nobody in. */
export type AllowLists = ReadonlyMap<string, Networks | null>;

export type AllowListRing = Fresh<AllowLists>;

export const targetKey = ({ scope, subject }: AllowListTarget): string => `${scope} ${subject}`;

/** The lists of the database, at most a second old. */
export const makeAllowListRing = (db: Db): AllowListRing =>
  keepFresh(async () => {
    const rows = await listAllowLists(db);
    return new Map(rows.map((row) => [targetKey(row), readNetworks(row.cidrs)]));
  }, KEEP_MS);
