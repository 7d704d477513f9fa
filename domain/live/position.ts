/**
 * How far somebody has read the audit log: they have met the rows of all transactions below `next` but
 * for those in `open`, which ran when they looked. Ids of rows say no such thing, since a transaction
 * that draws a lower id may end later.
 */
export interface Position {
  next: bigint;
  open: readonly bigint[];
}

/** Transactions that may run at once before a position is written more simply, and a little behind. */
const OPEN_MAX = 50;
const SHAPE = /^\d{1,18}(?:\.\d{1,18}){0,50}$/;

/** The longest text that a position may be written as. */
export const POSITION_LENGTH_MAX = 1_000;

/**
 * Writes a position as the id of an event: `next`, and how far below it each open transaction stands.
 * Where very many are open it is the place before the first of them: who goes on from there meets
 * some rows twice and misses none.
 */
export function writePosition({ next, open }: Position): string {
  const sorted = open.toSorted((a, b) => Number(a - b));
  const [oldest = next] = sorted;
  const text = [next, ...sorted.map((xact) => next - xact)].join('.');
  const fits = sorted.length <= OPEN_MAX && text.length <= POSITION_LENGTH_MAX;
  return fits ? text : String(oldest);
}

/** Reads what `writePosition` has written; null for anything else. */
export function readPosition(text: string): Position | null {
  if (!SHAPE.test(text)) return null;
  const [next = 0n, ...below] = text.split('.').map(BigInt);
  const open = below.map((distance) => next - distance);
  return open.every((xact) => xact >= 0n && xact < next) ? { next, open } : null;
}
