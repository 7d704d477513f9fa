import { once } from 'node:events';
import { compareLoaded } from '../../activities/reconcile-compare.ts';
import { loadSide } from '../../activities/reconcile-load.ts';
import type { Pulse } from '../../activities/reconcile-pulse.ts';
import { openDatabase } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { openReconciliation } from '../../db/queries/reconcile-runs.ts';
import { boundsOfDay } from '../../domain/day.ts';
import { makeMockProvider, type MockConfig } from '../../providers/mock/provider.ts';
import type { Provider } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import { peakMemoryMiB } from '../measure/process-figures.ts';

/** What the process is to do: all of it, or only to read the list and drop it. */
export interface ReconcileTask {
  what: 'reconcile' | 'list';
  databaseUrl: string;
  mock: MockConfig;
  day: string;
}

/** What it took. */
export interface ReconcileNews {
  listMs: number;
  compareMs: number;
  transfers: number;
  peakMemoryMiB: number | null;
  /** Of the run; empty where the list was only read. */
  reconciliationId: string;
  healed: number;
}

const pulse: Pulse = { resumed: undefined, beat: () => {} };

async function readList(provider: Provider, day: string): Promise<number> {
  const { from, to } = boundsOfDay(day);
  const transfers = provider.listTransfers(from, to)[Symbol.asyncIterator]();
  let count = 0;
  while (!(await transfers.next()).done) count += 1;
  return count;
}

/** The work of the product's activities, in their order, without the workflow around them. */
async function reconcile({ databaseUrl, day }: ReconcileTask, provider: Provider) {
  const db = openDatabase(databaseUrl);
  try {
    const request = { provider: 'mock', day, requestedBy: 'bench' };
    const id = await openReconciliation(db, { ...request, id: newId('reconciliation') });
    const ref = { reconciliationId: id, provider: 'mock', day };
    const loaded = await loadSide(db, provider, ref, pulse);
    const loadedMs = performance.now();
    const { healed } = await compareLoaded(db, provider, { ...ref, loaded }, pulse);
    const compareMs = performance.now() - loadedMs;
    return { transfers: loaded.transfers, compareMs, loadedMs, reconciliationId: id, healed };
  } finally {
    await db.close();
  }
}

async function main(): Promise<void> {
  const [task] = (await once(process, 'message')) as [ReconcileTask];
  const provider = makeMockProvider(task.mock, plainTools());
  const startedMs = performance.now();
  const done =
    task.what === 'reconcile'
      ? await reconcile(task, provider)
      : {
          transfers: await readList(provider, task.day),
          compareMs: 0,
          loadedMs: performance.now(),
          reconciliationId: '',
          healed: 0,
        };
  const news: ReconcileNews = {
    listMs: done.loadedMs - startedMs,
    compareMs: done.compareMs,
    transfers: done.transfers,
    peakMemoryMiB: peakMemoryMiB(process.pid),
    reconciliationId: done.reconciliationId,
    healed: done.healed,
  };
  process.send?.(news);
  await provider.close();
  process.disconnect();
}

await main();
