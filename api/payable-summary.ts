import type { Db } from '../db/client.ts';
import { latestAuditId } from '../db/queries/audit.ts';
import {
  summarisePayableAffiliates,
  type PayableFilter,
} from '../db/queries/payable-affiliates.ts';

type Totals = Awaited<ReturnType<typeof summarisePayableAffiliates>>;

/** Totals over all that a filter finds, and when they were counted. */
export interface PayableSummary {
  totals: Totals;
  asOf: Date;
}

/** A reader never waits longer than this for a new count where an earlier one is at hand. */
const WAIT_MS = 50;
/** An earlier count older than this is not shown any more. */
const SHOWN_MAX_MS = 60_000;
/** Without any new audit row a count is right; this bounds what a long transaction might hide. */
const TRUSTED_MS = 5_000;
const FILTERS_MAX = 200;

interface Counted extends PayableSummary {
  version: number;
}

/**
 * Counts the payables of a filter. Over 100,000 affiliates a count takes longer than a page may, so
 * a count is kept until something happens, which the audit log tells, and while a new one is under
 * way longer than a moment the last one is shown with its time.
 */
export interface PayableSummaries {
  read(filter: PayableFilter): Promise<PayableSummary>;
}

export function makePayableSummaries(db: Db): PayableSummaries {
  const counted = new Map<string, Counted>();
  const running = new Map<string, Promise<Counted>>();

  const count = async (key: string, filter: PayableFilter): Promise<Counted> => {
    const version = await latestAuditId(db);
    const asOf = new Date();
    const result = { totals: await summarisePayableAffiliates(db, filter), asOf, version };
    if (counted.size >= FILTERS_MAX) counted.clear();
    counted.set(key, result);
    return result;
  };
  const countOnce = (key: string, filter: PayableFilter): Promise<Counted> => {
    const known = running.get(key);
    if (known) return known;
    const started = count(key, filter).finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
  return {
    async read(filter) {
      const key = JSON.stringify(filter, (_name, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      const last = counted.get(key);
      const ageMs = last ? Date.now() - last.asOf.getTime() : Infinity;
      if (last && ageMs < TRUSTED_MS && last.version === (await latestAuditId(db))) return last;
      const next = countOnce(key, filter);
      return last && ageMs < SHOWN_MAX_MS ? earlierOf(next, last) : next;
    },
  };
}

/** The new count where it comes soon, else the last one. */
async function earlierOf(next: Promise<Counted>, last: Counted): Promise<Counted> {
  let timer: NodeJS.Timeout | undefined;
  const soon = new Promise<Counted>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS, last);
  });
  try {
    return await Promise.race([next.catch(() => soon), soon]);
  } finally {
    clearTimeout(timer);
  }
}
