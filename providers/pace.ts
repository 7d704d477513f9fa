import type { Reservation } from './port.ts';

/** What a provider allows for one credential and endpoint. */
export interface RateLimit {
  perMinute: number;
  /** So many may come at once after a pause. They are part of the minute's calls, not beside them. */
  burst: number;
}

/** What an answer's headers said about the budget it was taken from. */
export interface RateNews {
  /** The call itself was refused for its rate. */
  limited: boolean;
  /** Calls left until the reset, where told. */
  remaining: number | null;
  /** Until the budget is whole again, where told. */
  resetMs: number | null;
}

/** The budget of one credential at one endpoint, shared by all processes. */
export interface Pace {
  /** Takes up to `count` calls. With none granted, `waitMs` says when to ask again. */
  reserve(count: number): Promise<Reservation>;
  /** Takes one call, waiting for it at most `waitMaxMs`; false where that is not enough. */
  turn(waitMaxMs: number): Promise<boolean>;
  /** Learns from an answer; what the provider says comes before what we counted. */
  heed(news: RateNews): void;
}

/** Where the budgets of all processes are kept. */
export interface BudgetStore {
  /** Takes up to `count` tokens of a bucket; `atMost` caps what it holds, where the provider said so. */
  take(key: string, limit: RateLimit, count: number, atMost: number | null): Promise<Reservation>;
  /** Grants nothing of a bucket for so long. */
  block(key: string, forMs: number): Promise<void>;
}

/** The budget of a provider that states no limit. */
export const UNPACED: Pace = {
  reserve: (count) => Promise.resolve({ granted: count, waitMs: 0 }),
  turn: () => Promise.resolve(true),
  heed: () => undefined,
};

const BLOCK_MIN_MS = 250;
/** Tokens taken ahead for single calls are given up when they lie unused for so long. */
const PORTION_MS = 2_000;
const LOOK_MAX_MS = 1_000;

/** A budget over the shared store. It takes tokens in portions, so that no call costs a round trip. */
export function makePace(store: BudgetStore, key: string, limit: RateLimit): Pace {
  const said = { remaining: null as number | null };
  const portion = { tokens: 0, takenAtMs: 0 };
  const portionSize = Math.max(1, Math.floor(limit.perMinute / 60));

  async function reserve(count: number): Promise<Reservation> {
    const atMost = said.remaining;
    said.remaining = null;
    return store.take(key, limit, count, atMost);
  }

  return {
    reserve,
    async turn(waitMaxMs) {
      const until = performance.now() + waitMaxMs;
      for (;;) {
        const now = performance.now();
        if (now - portion.takenAtMs > PORTION_MS) portion.tokens = 0;
        if (portion.tokens > 0) {
          portion.tokens -= 1;
          return true;
        }
        const { granted, waitMs } = await reserve(portionSize);
        if (granted > 0) {
          portion.tokens += granted;
          portion.takenAtMs = performance.now();
          continue;
        }
        if (performance.now() + waitMs > until) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, LOOK_MAX_MS)));
      }
    },
    heed({ limited, remaining, resetMs }) {
      if (remaining !== null) said.remaining = Math.min(remaining, said.remaining ?? remaining);
      if (!limited && remaining !== 0) return;
      portion.tokens = 0;
      // Where it cannot be written down, the provider says it again.
      void store.block(key, Math.max(resetMs ?? BLOCK_MIN_MS, BLOCK_MIN_MS)).catch(() => undefined);
    },
  };
}
