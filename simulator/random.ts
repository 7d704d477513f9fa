/**
 * A number in [0, 1) that depends on nothing but its three arguments, so a fault plan gives the same
 * faults again for the same seed and the same order of calls, whatever else draws in between.
 */
export function draw(seed: number, stream: number, turn: number): number {
  let h = mix(seed | 0) ^ mix((stream + 0x9e3779b9) | 0);
  h = mix((h + Math.imul(turn, 0x85ebca6b)) | 0);
  return (h >>> 0) / 0x1_0000_0000;
}

/**
 * A copy of `list` in another order, chosen by the seed. Two or more elements never keep their order:
 * a shuffle that changes nothing would be a fault that nobody could see.
 */
export function shuffled<T>(list: readonly T[], seed: number, stream: number): T[] {
  const keyed = list.map((value, at) => ({ value, at, rank: draw(seed, stream, at) }));
  keyed.sort((a, b) => a.rank - b.rank || a.at - b.at);
  const kept = keyed.every((entry, at) => entry.at === at);
  const values = keyed.map((entry) => entry.value);
  return kept ? values.toReversed() : values;
}

// The 32-bit finaliser of MurmurHash3: every input bit changes about half of the output bits.
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
