import type { Allowance, Counter } from '../../db/queries/rate-limits.ts';

/** What a caller has left after one request. */
export interface RequestPoints {
  allowed: boolean;
  /** As far as this process knows; others may have taken some meanwhile. */
  remaining: number;
  resetMs: number;
  /** This is the first refusal of this stretch of time in this process. */
  firstRefusal: boolean;
}

/** Requests of callers, counted over all processes. */
export interface RequestLimits {
  readonly limit: number;
  /** Takes one request; a promise only where the database must be asked. */
  take(caller: string): RequestPoints | Promise<RequestPoints>;
}

/** One caller's points that this process may give away without asking. */
interface Lease {
  left: number;
  /** What stays in the common pot beside `left`. */
  rest: number;
  endsAt: number;
  refused: boolean;
}

const LEASE_POINTS_MAX = 200;
const LEASES_PER_LIMIT = 100;
const CALLERS_MAX = 10_000;

/**
 * Takes points from the common counter a block at a time and gives them away one by one, so the usual
 * request asks nobody. What a process holds and does not use is lost to the others: at most 1% of
 * the limit each.
 */
export function makeRequestLimits(counter: Counter, { points: limit }: Allowance): RequestLimits {
  const block = Math.min(LEASE_POINTS_MAX, Math.max(1, Math.floor(limit / LEASES_PER_LIMIT)));
  const leases = new Map<string, Lease>();
  const asked = new Map<string, Promise<void>>();

  const spend = (caller: string): RequestPoints | null => {
    const lease = leases.get(caller);
    const resetMs = (lease?.endsAt ?? 0) - performance.now();
    if (!lease || resetMs <= 0) return null;
    if (lease.left > 0) {
      lease.left -= 1;
      const remaining = lease.rest + lease.left;
      return { allowed: true, remaining, resetMs, firstRefusal: false };
    }
    if (lease.rest > 0) return null;
    const firstRefusal = !lease.refused;
    lease.refused = true;
    return { allowed: false, remaining: 0, resetMs, firstRefusal };
  };
  const refill = async (caller: string): Promise<void> => {
    const { used, resetMs } = await counter.take(caller, block);
    const left = Math.max(0, Math.min(block, limit - (used - block)));
    if (leases.size >= CALLERS_MAX) dropEnded(leases);
    leases.set(caller, {
      left,
      rest: Math.max(0, limit - used),
      endsAt: performance.now() + resetMs,
      refused: false,
    });
  };
  const ask = async (caller: string): Promise<RequestPoints> => {
    for (;;) {
      const under = asked.get(caller) ?? refill(caller).finally(() => asked.delete(caller));
      asked.set(caller, under);
      await under;
      const points = spend(caller);
      if (points) return points;
    }
  };
  return { limit, take: (caller) => spend(caller) ?? ask(caller) };
}

/** Forgets what has ended; all of it where that is not enough, which only asks the counter again. */
function dropEnded(leases: Map<string, Lease>): void {
  const now = performance.now();
  for (const [caller, { endsAt }] of leases) if (endsAt <= now) leases.delete(caller);
  if (leases.size >= CALLERS_MAX) leases.clear();
}
