import { checkBlock } from '../domain/audit/check-chain.ts';
import type { Block } from '../domain/audit/block.ts';
import { chainCrypto, publicKeysOf, signBlock, type AuditKeys } from './audit-keys.ts';
import type { Db } from './client.ts';
import { lastBlock, nextSeal, storeSeal } from './queries/audit-seal.ts';

/** The newest seal is not one that a holder of the keys made, or seals are gone: nothing may be hung on it. */
export class SealNotOurs extends Error {
  constructor(what: string) {
    super(`${what}; nothing is sealed until that is explained, see docs/audit.md`);
    this.name = 'SealNotOurs';
  }
}

/** The newest seal and whether there may be more to seal. */
export interface Sealed {
  last: Block | null;
  more: boolean;
}

/**
 * Makes the next seal of the audit log, where finished transactions have written rows that none covers.
 * Any number of processes may do so at once: one makes the seal, the others find it made.
 * `known` is a seal that the caller has seen, which must still stand.
 * @throws SealNotOurs where the newest seal was tampered with or made with a key that is not here, or
 *   where the known one is gone
 * @throws AuditClockWentBack where the database was restored into another cluster
 */
export async function sealNext(
  db: Db,
  keys: AuditKeys,
  { rowsMax, known = null }: { rowsMax?: number; known?: Block | null } = {},
): Promise<Sealed> {
  const last = await lastBlock(db);
  refuseVanished(last, known);
  const [wrong] = last ? checkBlock(last, chainCrypto(publicKeysOf(keys))) : [];
  if (wrong) throw new SealNotOurs(wrong.what);
  const next = await nextSeal(db, last, rowsMax);
  if (!next) return { last, more: false };
  const block = signBlock(keys, next);
  const stored = await storeSeal(db, block);
  return { last: stored ? block : last, more: true };
}

/** Seals are never taken back: where one is gone it was removed, and a new one must not hide that. */
function refuseVanished(last: Block | null, known: Block | null): void {
  if (!known) return;
  const height = last?.height ?? 0n;
  if (height > known.height || last?.hash === known.hash) return;
  throw new SealNotOurs(
    `seal ${known.height} is gone: the audit log ends at seal ${height} or holds another one there`,
  );
}
