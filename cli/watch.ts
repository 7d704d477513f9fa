import { setTimeout as sleep } from 'node:timers/promises';
import { ENDED_BATCH_STATES } from '../domain/batch.ts';
import { oneBatch, type BatchDetails } from './answers.ts';
import type { ApiClient } from './client.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** How to follow a batch. */
export interface WatchOptions {
  readonly onProgress: (batch: BatchDetails) => void | Promise<void>;
  /** Between two looks, at least; 250 ms unless told. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  /**
   * When the batch was queued before something was asked of it. Its workflow queues it anew, so as
   * long as this is its time, what is seen is how it ended the last time.
   */
  readonly queuedBefore?: string | null;
}

/** The whole of a batch as it is now. */
export async function readBatch(client: ApiClient, batchId: string): Promise<BatchDetails> {
  return (await client.get(oneBatch, batchPath(batchId))).batch;
}

export const batchPath = (batchId: string, rest = ''): string =>
  `/api/disbursement/batches/${encodeURIComponent(batchId)}${rest}`;

/**
 * Follows a batch until it has ended or is paused. Looks less often where a look takes long, as it does with very many payments.
 */
export async function watchBatch(
  client: ApiClient,
  batchId: string,
  { onProgress, everyMs = 250, signal, queuedBefore }: WatchOptions,
): Promise<BatchDetails> {
  for (;;) {
    signal?.throwIfAborted();
    const askedAtMs = performance.now();
    const batch = await readBatch(client, batchId);
    const tookMs = performance.now() - askedAtMs;
    await onProgress(batch);
    const begun = queuedBefore === undefined || batch.queuedAt !== queuedBefore;
    if (begun && isOver(batch)) return batch;
    await sleep(Math.max(everyMs, 3 * tookMs), undefined, signal && { signal });
  }
}

/** Whether a batch has ended, or is paused and so goes on only when somebody says so. */
export const isOver = ({ status, pausedReason }: BatchDetails): boolean =>
  pausedReason !== null || ENDED_BATCH_STATES.some((state) => state === status);

/** The exit code that says how a batch stands. */
export function exitCodeOf({ status, result }: BatchDetails): ExitCode {
  if (status !== 'COMPLETED') return EXIT.failed;
  return result.failedCount > 0 ? EXIT.partial : EXIT.ok;
}
