import { chunksWithDue } from '../db/queries/due-payments.ts';
import { guardOnce } from '../db/queries/guard-batch.ts';
import { loadBatch } from '../db/queries/slot.ts';
import { chunksPerSlice, planSlices as plan, type Slice } from '../domain/chunks.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';
import { cannotGoOn } from './failures.ts';

/**
 * Has the risk rules judge the batch, and divides what is still to be handed over into slices, in order.
 * None: nothing is due.
 */
export const makePlanSlices = ({ db, providers }: Deps) =>
  async function planSlices({ batchId }: BatchRef): Promise<Slice[]> {
    const batch = await loadBatch(db, batchId);
    if (!batch) throw cannotGoOn('no_such_batch', `there is no batch ${batchId}`);
    await guardOnce(db, batchId);
    const { capabilities } = providerNamed(providers, batch.provider);
    const perSlice = chunksPerSlice(batch.chunk_count, capabilities.paymentsPerSecond);
    return plan(await chunksWithDue(db, batchId), perSlice);
  };
