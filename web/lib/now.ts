import { useSyncExternalStore } from 'react';

/** Ages on the screen are at most so old. */
const TICK_MS = 15_000;

const held = { nowMs: Date.now() };

function subscribe(listener: () => void): () => void {
  held.nowMs = Date.now();
  const timer = setInterval(() => {
    held.nowMs = Date.now();
    listener();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** The present instant, which moves on by itself. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => held.nowMs);
