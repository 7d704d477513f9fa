import type { Db } from '../db/client.ts';
import { latestAuditId } from '../db/queries/audit.ts';
import {
  summarisePayableAffiliates,
  type CurrencyLimits,
  type PayableFilter,
} from '../db/queries/payable-affiliates.ts';

type Totals = Awaited<ReturnType<typeof summarisePayableAffiliates>>;

/** Totals over all that a filter finds, and when they were counted. */
export interface PayableSummary {
  totals: Totals;
  asOf: Date;
}

/** Fewer affiliates than this are counted anew for every reader. */
const QUICK_AFFILIATES_MAX = 5_000;
/** Nobody waits longer than this for a new count of more, where an earlier one is at hand. */
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
 * Counts the payables of a filter. A count is kept until something happens, which the audit log
 * tells. Over 100,000 affiliates it takes longer than a page may: there the last one is shown, with
 * its time, while a new one is under way for longer than a moment.
 */
export interface PayableSummaries {
  read(filter: PayableFilter): Promise<PayableSummary>;
}

/** `limitsOf`: what a provider takes; the same for as long as the process runs. */
export function makePayableSummaries(
  db: Db,
  limitsOf: (provider: string) => CurrencyLimits,
): PayableSummaries {
  const counted = new Map<string, Counted>();
  const running = new Map<string, Promise<Counted>>();

  const count = async (key: string, filter: PayableFilter): Promise<Counted> => {
    const version = await latestAuditId(db);
    const asOf = new Date();
    const totals = await summarisePayableAffiliates(db, filter, limitsOf(filter.provider));
    const result = { totals, asOf, version };
    if (counted.size >= FILTERS_MAX) counted.clear();
    counted.set(key, result);
    return result;
  };
  /** Readers of the same `turn` share one count. */
  const countOnce = (turn: string, key: string, filter: PayableFilter): Promise<Counted> => {
    const known = running.get(turn);
    if (known) return known;
    const started = count(key, filter).finally(() => running.delete(turn));
    running.set(turn, started);
    return started;
  };
  return {
    async read(filter) {
      const key = JSON.stringify(filter, (_name, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      const last = counted.get(key);
      const version = await latestAuditId(db);
      const ageMs = last ? Date.now() - last.asOf.getTime() : Infinity;
      if (last?.version === version && ageMs < TRUSTED_MS) return last;
      if (!last || !isLarge(last)) return countOnce(`${version} ${key}`, key, filter);
      const next = countOnce(key, key, filter);
      return ageMs < SHOWN_MAX_MS ? earlierOf(next, last) : next;
    },
  };
}

const isLarge = ({ totals }: Counted): boolean =>
  totals.reduce((sum, { affiliates }) => sum + affiliates, 0) > QUICK_AFFILIATES_MAX;

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
