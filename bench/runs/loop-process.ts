import { randomBytes } from 'node:crypto';
import { byChunk, inParallel } from '../../activities/slice-work.ts';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { handOverChunk } from '../../activities/hand-over-chunk.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { closeBatch } from '../../db/queries/close-batch.ts';
import { chunksWithDue, loadDuePayments } from '../../db/queries/due-payments.ts';
import { acquireSlot, loadBatch, releaseSlot } from '../../db/queries/slot.ts';
import { settledOf } from '../../db/queries/webhooks.ts';
import { chunksPerSlice, planSlices } from '../../domain/chunks.ts';
import type { Provider } from '../../providers/port.ts';
import { makeVault } from '../../db/vault.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';
import { countingDb } from '../measure/counting-db.ts';
import { peakMemoryMiB } from '../measure/process-figures.ts';
import type { LoopNews, LoopTask } from './loop-messages.ts';

/** The same overlap as the product's: slices of the workflow, chunks of the activity. */
const SLICES_IN_FLIGHT = 3;
const CHUNKS_IN_FLIGHT = 4;
const SETTLEMENT_LOOK_MS = 20;

/** The loop knows no accounts' details; nothing is sealed. */
const vault = makeVault({ keys: [{ id: 'loop', key: randomBytes(32) }] });

/**
 * Pays a queued batch as a plain program would: the product's own statements, calls and overlap,
 * nothing that remembers where it is. When this process dies, so does the batch.
 */
async function payBatch(db: Db, provider: Provider, batchId: string): Promise<void> {
  if (!(await acquireSlot(db, batchId))) throw new Error('the slot is taken');
  const batch = await loadBatch(db, batchId);
  if (!batch) throw new Error('there is no such batch');
  const perSlice = chunksPerSlice(batch.chunk_count, provider.capabilities.paymentsPerSecond);
  const slices = planSlices(await chunksWithDue(db, batchId), perSlice);
  const desk = { db, vault, provider, batchId, fence: 'loop', stopped: () => false };
  await inParallel(SLICES_IN_FLIGHT, slices, async (slice) => {
    const chunks = byChunk(await loadDuePayments(db, batchId, slice, false));
    await inParallel(CHUNKS_IN_FLIGHT, chunks, async (payments) => {
      await handOverChunk(desk, payments);
    });
  });
  await releaseSlot(db, batchId);
  while ((await settledOf(db, [batchId])).length === 0) await sleep(SETTLEMENT_LOOK_MS);
  await closeBatch(db, batchId);
}

const say = (news: LoopNews): void => void process.send?.(news);

async function main(): Promise<void> {
  const [task] = (await once(process, 'message')) as [LoopTask];
  const plain = openDatabase(task.databaseUrl);
  const { db, tallies } = countingDb(plain);
  const providers = makeProviders({ mock: task.mock }, plainTools());
  const provider = providers.named('mock');
  if (!provider) throw new Error('the provider is not configured');
  say({ kind: 'ready' });
  await once(process, 'message');
  await payBatch(db, provider, task.batchId);
  say({ kind: 'done', statements: tallies(), peakMemoryMiB: peakMemoryMiB(process.pid) });
  await Promise.all([plain.close(), providers.close()]);
  process.disconnect();
}

await main();
