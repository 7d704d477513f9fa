import { hasApprovalTimes } from '../../../db/queries/approval-times.ts';
import { batchState } from '../../../db/queries/batch-state.ts';
import { requestExecution } from '../../../db/queries/queue-batch.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { guardAction } from '../../risk-guard.ts';

/**
 * Asks for the execution of a batch and starts its workflow; again while it runs is the same. With
 * `whenApproved` one that lacks approvals stays PENDING and runs by itself once it has them. Where
 * Temporal is away the request stands in the database and `sweep` starts the workflow later. Throws
 * `risk_hold` where a risk rule holds the caller.
 */
export async function executeNow(c: AppContext, batchId: string, { whenApproved = false } = {}) {
  const { db, temporal } = c.var.deps;
  await batchState(db, batchId);
  await guardAction(c, 'execute', { batchId });
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
