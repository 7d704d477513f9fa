import type { Counter } from '../../db/queries/rate-limits.ts';

const KEYS_MAX = 10_000;

/** A counter that knows by itself whom it has refused. */
export interface RememberingCounter extends Counter {
  /** How long a key is refused still, as far as this process knows; 0 where it may try. */
  waitMs(key: string): number;
}

/**
 * Refuses a key that was refused before, for as long as it was told then, without asking the counter:
 * a flood at one account or from one address costs the database nothing more.
 */
export function rememberRefusals(counter: Counter): RememberingCounter {
  const until = new Map<string, number>();
  const waitMs = (key: string) => Math.max(0, (until.get(key) ?? 0) - performance.now());
  const refuse = (key: string, forMs: number) => {
    if (until.size >= KEYS_MAX) until.clear();
    until.set(key, performance.now() + forMs);
  };
  return {
    ...counter,
    waitMs,
    async take(key, points) {
      const known = waitMs(key);
      if (known > 0) return { allowed: false, used: Infinity, resetMs: known };
      const taken = await counter.take(key, points);
      if (!taken.allowed) refuse(key, taken.resetMs);
      return taken;
    },
    async block(key, seconds) {
      await counter.block(key, seconds);
      refuse(key, seconds * 1_000);
    },
    async forget(key) {
      await counter.forget(key);
      until.delete(key);
    },
  };
}
