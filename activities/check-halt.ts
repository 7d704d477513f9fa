import { SYSTEM } from '../db/queries/actor.ts';
import { resumeBatch, unsentAmount } from '../db/queries/pause-batch.ts';
import { loadBatch } from '../db/queries/slot.ts';
import { ProviderError } from '../providers/port.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';

/** Whether a halted batch goes on. */
export interface HaltCheck {
  passed: boolean;
}

/**
 * Reads the balance for a batch that was halted for want of money or of a valid key. Where it can be
 * read and covers what is unsent, the batch is resumed and its case closed. Safe to repeat.
 */
export const makeCheckHalt = ({ db, providers }: Deps) =>
  async function checkHalt({ batchId }: BatchRef): Promise<HaltCheck> {
    const batch = await loadBatch(db, batchId);
    if (!batch?.paused || !batch.halt_code) return { passed: true };
    const unsentMinor = await unsentAmount(db, batchId);
    const available = await providerNamed(providers, batch.provider)
      .balance(batch.currency)
      .catch((error: unknown) => {
        if (!(error instanceof ProviderError)) throw error;
        // It takes our key, and has no common balance to wait for.
        return error.code === 'unsupported' ? unsentMinor : null;
      });
    if (available === null || available < unsentMinor) return { passed: false };
    await resumeBatch(db, batchId, SYSTEM.id, 'the balance check passes');
    return { passed: true };
  };
