import type { ExitCode } from './exit-codes.ts';
import { makeProgress } from './output/progress.ts';
import { batchCard } from './output/render-batch.ts';
import type { Session } from './session.ts';
import { exitCodeOf, readBatch, watchBatch } from './watch.ts';

/**
 * Follows a batch to its end with moving progress, and shows how it ended. `queuedBefore` as in
 * `WatchOptions`.
 */
export async function followBatch(
  { out, environment, client }: Session,
  batchId: string,
  queuedBefore?: string | null,
): Promise<ExitCode> {
  const api = client();
  const progress = makeProgress(process.stderr, environment.noColor);
  await watchBatch(api, batchId, {
    onProgress: (batch) => progress.update(batch),
    ...(queuedBefore !== undefined && { queuedBefore }),
  });
  progress.clear();
  const batch = await readBatch(api, batchId);
  out.result({ batch }, () => batchCard(batch, out.style));
  if (batch.pausedReason !== null) {
    out.note(`The batch is paused. When the reason is gone: bursar batch resume ${batchId}`);
  }
  return exitCodeOf(batch);
}
