import type { DuePayment } from '../db/queries/due-payments.ts';

/** Groups due payments by their chunk, in order. */
export function byChunk(payments: readonly DuePayment[]): DuePayment[][] {
  const chunks = new Map<number, DuePayment[]>();
  for (const payment of payments) {
    const chunk = chunks.get(payment.chunk);
    if (chunk) chunk.push(payment);
    else chunks.set(payment.chunk, [payment]);
  }
  return [...chunks.values()];
}

/** Runs `work` on the items in order, at most `places` at once; the first failure ends it after those under way. */
export async function inParallel<T>(
  places: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lanes = Array.from({ length: places }, async () => {
    for (const item of queue) await work(item);
  });
  const ends = await Promise.allSettled(lanes);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
