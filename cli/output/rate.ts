/** How fast a count grows, over the last few seconds. */
export interface Rate {
  see(count: number): void;
  perSecond(): number;
}

const WINDOW_MS = 5_000;

/** A rate that starts with the first count it sees. */
export function makeRate(now: () => number = () => performance.now()): Rate {
  const seen: { atMs: number; count: number }[] = [];
  return {
    see: (count) => {
      seen.push({ atMs: now(), count });
      while (seen.length > 2 && (seen[1]?.atMs ?? 0) < now() - WINDOW_MS) seen.shift();
    },
    perSecond: () => {
      const [first, last] = [seen[0], seen.at(-1)];
      if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
      return ((last.count - first.count) * 1_000) / (last.atMs - first.atMs);
    },
  };
}
