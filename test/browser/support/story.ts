import { z } from 'zod';
import { makeClient } from '../../../cli/client.ts';
import { makeSimulatorClient } from '../../../cli/simulator-client.ts';
import { ensureCast } from '../../../cli/story/people.ts';
import { tellStory } from '../../../cli/story/tell.ts';
import type { Stage } from './stage.ts';

/** What the story of the first run has left behind, by its ids. */
export interface ToldStory {
  readonly failedBatch: string;
  readonly failedPayment: string;
  readonly waitingBatch: string;
  /** Somebody who has something payable. */
  readonly payee: string;
}

const withId = z.object({ id: z.string() });
const batches = z.object({ batches: z.array(withId.extend({ note: z.string().nullable() })) });
const payments = z.object({ payments: z.array(withId) });
const affiliates = z.object({ affiliates: z.array(withId) });

/** Tells the story of `npm start` on a test's stack. */
export async function tellStoryOn({ stack, caller }: Stage): Promise<ToldStory> {
  const { apiUrl, apiKey, simulatorUrl, dataDir } = stack;
  const client = makeClient({ url: apiUrl, apiKey, source: 'the test' });
  const cast = await ensureCast(client, dataDir);
  await tellStory({ client, simulator: makeSimulatorClient(simulatorUrl), cast });
  const told = batches.parse((await caller.get('/batches?q=Story')).body).batches;
  const batchOf = (words: string): string =>
    told.find(({ note }) => note?.includes(words))?.id ?? '';
  const failed = payments.parse((await caller.get('/payments?status=FAILED')).body).payments;
  const payable = affiliates.parse((await caller.get('/affiliates/payable?ready=true')).body);
  return {
    failedBatch: batchOf('blocked'),
    waitingBatch: batchOf('approver'),
    failedPayment: failed[0]?.id ?? '',
    payee: payable.affiliates[0]?.id ?? '',
  };
}
