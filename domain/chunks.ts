import { CHUNK_PAYMENTS_MAX } from './limits.ts';

/** Neighbouring chunks that one submit activity hands over; both ends are included. */
export interface Slice {
  fromChunk: number;
  toChunk: number;
}

/** How many chunks so many payments make. */
export const chunkCount = (payments: number): number => Math.ceil(payments / CHUNK_PAYMENTS_MAX);

const SLICES_PER_BATCH_MAX = 150;
const SLICE_SECONDS_MAX = 10;

/**
 * Chunks per slice: enough that a batch needs at most 150 activities, few enough that one slice
 * takes about 10 s at the provider's stated rate, and at least one.
 */
export function chunksPerSlice(chunks: number, paymentsPerSecond: number): number {
  const byTime = Math.floor((paymentsPerSecond * SLICE_SECONDS_MAX) / CHUNK_PAYMENTS_MAX);
  const byHistory = Math.ceil(chunks / SLICES_PER_BATCH_MAX);
  return Math.max(1, Math.min(byTime, 20), byHistory);
}

/** Groups sorted chunk numbers into slices; a slice spans at most `perSlice` chunk numbers. */
export function planSlices(chunks: readonly number[], perSlice: number): Slice[] {
  const slices: Slice[] = [];
  for (const chunk of chunks) {
    const last = slices.at(-1);
    if (last && chunk - last.fromChunk < perSlice) last.toChunk = chunk;
    else slices.push({ fromChunk: chunk, toChunk: chunk });
  }
  return slices;
}
