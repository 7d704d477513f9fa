import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  readBatch,
  setFaults,
  transfersOf,
  untilBatch,
  type BatchAnswer,
  type Caller,
} from '../support/payout.ts';
import { batchOf, END_WITHIN_MS, payeesOf, type Stage } from './stage.ts';

const OUTAGE_MS = 25_000;
const RESUMES_WITHIN_MS = 60_000;

/** What came of a batch whose provider was away for a while. */
export interface Outlived {
  /** Circuits of the provider as the API showed them meanwhile. */
  circuits: string[];
  /** Where the batch stood just before the provider came back. */
  during: BatchAnswer;
  /** From the end of the outage to the first transfer after it; null where none came in time. */
  resumedAfterMs: number | null;
  ended: BatchAnswer;
}

/** The provider goes away in the middle of a batch of 300. */
export async function playOutage(stage: Stage): Promise<Outlived> {
  const { caller, stack, peer } = stage;
  await payeesOf(stage, 'outage', 3, 300);
  const batchId = await batchOf(stage);
  await setFaults(stack, [
    { when: { provider: peer.provider, operation: 'submit' }, effect: 'delay', ms: 400 },
  ]);
  await caller.post(`/batches/${batchId}/execute`);
  await untilBatch(caller, batchId, ['PROCESSING', 'SETTLING']);
  return outlive(stage, batchId);
}

/** The provider is away before the first call of a batch so small that all of it is sent at once. */
export async function playDarkness(stage: Stage): Promise<Outlived> {
  const { caller, stack, peer } = stage;
  await payeesOf(stage, 'darkness', 4, 18);
  const batchId = await batchOf(stage);
  await setFaults(stack, [{ when: { provider: peer.provider }, effect: 'refuse' }]);
  await caller.post(`/batches/${batchId}/execute`);
  return outlive(stage, batchId);
}

async function outlive({ caller, stack, peer }: Stage, batchId: string): Promise<Outlived> {
  const { provider } = peer;
  await setFaults(stack, [{ when: { provider }, effect: 'refuse' }]);
  const circuits = await circuitsFor(caller, provider, OUTAGE_MS);
  const during = await readBatch(caller, batchId);
  const made = (await transfersOf(stack, provider)).length;
  await setFaults(stack, []);
  const since = Date.now();
  let resumedAfterMs: number | null = null;
  while (resumedAfterMs === null && Date.now() - since < RESUMES_WITHIN_MS) {
    if ((await transfersOf(stack, provider)).length > made) resumedAfterMs = Date.now() - since;
    else await sleep(250);
  }
  const ended = await untilBatch(caller, batchId, undefined, END_WITHIN_MS);
  return { circuits, during, resumedAfterMs, ended };
}

const healthSchema = z.object({
  providers: z.array(z.object({ name: z.string(), circuit: z.string().nullable() })),
});

async function circuitsFor(caller: Caller, provider: string, forMs: number): Promise<string[]> {
  const seen = new Set<string>();
  const until = Date.now() + forMs;
  while (Date.now() < until) {
    const { providers } = healthSchema.parse((await caller.get('/health')).body);
    seen.add(providers.find(({ name }) => name === provider)?.circuit ?? 'none told');
    await sleep(500);
  }
  return [...seen];
}
