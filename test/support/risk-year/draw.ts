/** Everything that is drawn for a year; the same seed draws the same year. */
export interface Draw {
  /** From `low`, included, to `high`, not included. */
  number(low: number, high: number): number;
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** Around 1, never below 0; `spread` is that of its logarithm. */
  around(spread: number): number;
  /** How many of what happens `mean` times on average. */
  count(mean: number): number;
}

/** A generator of numbers (mulberry32) from a seed. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const number = (low: number, high: number): number => low + next() * (high - low);
  return {
    number,
    whole: (low, high) => Math.floor(number(low, high)),
    chance: (share) => next() < share,
    pick(values) {
      const value = values[Math.floor(next() * values.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
    around: (spread) =>
      Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    count(mean) {
      const least = Math.exp(-mean);
      let [times, product] = [0, next()];
      while (product > least) [times, product] = [times + 1, product * next()];
      return times;
    },
  };
}
