import { writeAudit } from '../../db/queries/audit.ts';
import { judgedOf, observeAction } from '../risk-guard.ts';
import { anonymousOf, clientAddress, type AppContext } from './context.ts';
import { readSecret } from './key-ring.ts';

const ADDRESSES_MAX = 10_000;

/** With the one that is written down first, as many as the rule of failed sign-ins speaks at. */
const MANY = 4;

/** Counts what was rejected of each address since that was last written down. */
export interface RejectionTally {
  /** One more; answers how many there are now. */
  add(address: string): number;
  /** How many there are, which are none from then on. */
  take(address: string): number;
}

/** A tally of one process. */
export function makeRejectionTally(): RejectionTally {
  const counts = new Map<string, number>();
  return {
    add(address) {
      if (counts.size >= ADDRESSES_MAX) counts.clear();
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      return count;
    },
    take(address) {
      const count = counts.get(address) ?? 0;
      counts.delete(address);
      return count;
    },
  };
}

/**
 * Writes down that a key was rejected, and has the risk rules look at it: the first of an address in a
 * minute and once more where many follow, each with how many were rejected since the row before.
 */
export async function noteRejectedKey(c: AppContext, header: string): Promise<void> {
  const { db, limits } = c.var.deps;
  const address = clientAddress(c) ?? 'unknown';
  const key = `api_key.rejected ${address}`;
  const pending = limits.rejections.add(address);
  const due =
    (await limits.firstInMinute(key)) ||
    (pending >= MANY && (await limits.firstInMinute(`${key} many`)));
  const count = due ? limits.rejections.take(address) : 0;
  if (count === 0) return;
  const actor = anonymousOf(c);
  const prefix = prefixOf(header);
  await writeAudit(db, {
    action: 'api_key.rejected',
    status: 'WARNING',
    actor,
    details: { prefix, count, method: c.req.method, path: c.req.path },
  });
  await observeAction(db, c.var.log, {
    ...judgedOf(actor),
    kind: 'sign_in_failed',
    account: prefix ?? undefined,
  });
}

/** Which key it was, or pretends to be; nothing of its secret. */
const prefixOf = (header: string): string | null =>
  readSecret(header.replace(/^Bearer +/i, ''))?.prefix ?? null;
