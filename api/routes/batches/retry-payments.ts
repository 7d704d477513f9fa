import { assertCommand } from '../../../db/queries/batch-state.ts';
import { countRetryable, keptBack, type KeptBack } from '../../../db/queries/retry-payments.ts';
import { DomainError } from '../../../domain/errors.ts';
import { retryFailedSignal } from '../../../workflows/messages.ts';
import type { AppContext } from '../../http/context.ts';
import { guardAction } from '../../risk-guard.ts';

/**
 * Asks a batch's workflow to try payments again. Throws `nothing_to_retry` where none can be; where one
 * that is named is kept back, `risk_hold` by an event and `invalid_state` by anything else.
 */
export async function retryPayments(
  c: AppContext,
  batchId: string,
  paymentIds: string[] | undefined,
) {
  const { db, temporal } = c.var.deps;
  await assertCommand(db, batchId, 'retry');
  const { actor } = c.var.caller;
  const held = paymentIds && (await keptBack(db, batchId, paymentIds, actor));
  if (held) throw refusalOf(held);
  const payments = await countRetryable(db, batchId, actor, paymentIds);
  if (payments === 0) {
    throw new DomainError(
      'nothing_to_retry',
      'No payment of this batch has failed in a way that can be tried again.',
    );
  }
  await guardAction(c, 'pay', { batchId });
  const command = paymentIds ? { actor, paymentIds } : { actor };
  return {
    batchId,
    workflowId: await temporal.signalBatch(batchId, retryFailedSignal, command),
    payments,
  };
}

const KEPT_BACK: Record<Exclude<KeptBack['why'], 'risk'>, string> = {
  person: 'was put on hold by a person; release the hold, and it goes on.',
  cooling:
    'goes to an account that was changed lately: somebody else than who changed it verifies it first, or the wait passes.',
  own_change: 'goes to an account that you changed; somebody else has it tried again.',
};

const refusalOf = ({ id, why, event_id }: KeptBack): DomainError =>
  why === 'risk'
    ? new DomainError(
        'risk_hold',
        `Payment ${id} is held by the risk event ${event_id ?? ''}; it goes on when somebody resolves that.`,
      )
    : new DomainError('invalid_state', `Payment ${id} ${KEPT_BACK[why]}`);
