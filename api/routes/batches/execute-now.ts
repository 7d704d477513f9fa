import { hasApprovalTimes } from '../../../db/queries/approval-times.ts';
import { assessBatch } from '../../../db/queries/assess-batch.ts';
import { batchState } from '../../../db/queries/batch-state.ts';
import { requestExecution } from '../../../db/queries/queue-batch.ts';
import { deny } from '../../http/auth.ts';
import { callerHolds } from '../../http/caller.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { guardAction } from '../../risk-guard.ts';
import { isHighValue } from './high-value.ts';

/**
 * Asks for the execution of a batch and starts its workflow; again while it runs is the same. With
 * `whenApproved` one that lacks approvals stays PENDING and runs by itself once it has them. Where
 * Temporal is away the request stands in the database and `sweep` starts the workflow later. What the
 * batch needs is worked out anew first. Throws `risk_hold` where a risk rule holds the caller, and
 * `forbidden` where it is of high value and the caller, who asks for it at once, does not hold that.
 */
export async function executeNow(c: AppContext, batchId: string, { whenApproved = false } = {}) {
  const { db, temporal } = c.var.deps;
  await batchState(db, batchId);
  await guardAction(c, 'execute', { batchId });
  await assessBatch(db, batchId);
  if (!whenApproved && !callerHolds(c.var.caller, 'high_value') && (await isHighValue(c, batchId)))
    await deny(c, 'high_value');
  const { status } = await requestExecution(db, { batchId, actor: actorOf(c), whenApproved });
  const workflowId = await temporal.startBatch(batchId);
  temporal.deliverSoon(c.var.log);
  return { status, workflowId };
}

/** Has the workflow of a batch begin whose approvals expire or are escalated. */
export async function watchApprovals(c: AppContext, batchId: string): Promise<void> {
  const { db, temporal } = c.var.deps;
  if (await hasApprovalTimes(db, batchId)) temporal.wakeBatch(batchId, c.var.log);
}
