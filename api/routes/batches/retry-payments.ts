import { assertCommand } from '../../../db/queries/batch-state.ts';
import { countRetryable, heldByPerson } from '../../../db/queries/retry-payments.ts';
import { DomainError } from '../../../domain/errors.ts';
import { retryFailedSignal } from '../../../workflows/messages.ts';
import type { AppContext } from '../../http/context.ts';

/**
 * Asks a batch's workflow to try payments again. Throws `nothing_to_retry` where none can be, and
 * `invalid_state` where one that is named is held by a person.
 */
export async function retryPayments(
  c: AppContext,
  batchId: string,
  paymentIds: string[] | undefined,
) {
  const { db, temporal } = c.var.deps;
  await assertCommand(db, batchId, 'retry');
  const held = paymentIds && (await heldByPerson(db, batchId, paymentIds));
  if (held) {
    throw new DomainError(
      'invalid_state',
      `Payment ${held} was put on hold by a person; release the hold, and it goes on.`,
    );
  }
  const payments = await countRetryable(db, batchId, paymentIds);
  if (payments === 0) {
    throw new DomainError(
      'nothing_to_retry',
      'No payment of this batch has failed in a way that can be tried again.',
    );
  }
  const { actor } = c.var.caller;
  const command = paymentIds ? { actor, paymentIds } : { actor };
  return {
    batchId,
    workflowId: await temporal.signalBatch(batchId, retryFailedSignal, command),
    payments,
  };
}
