import { requestExecution } from '../../../db/queries/queue-batch.ts';
import { actorOf, type AppContext } from '../../http/context.ts';

/**
 * Asks for the execution of a batch and starts its workflow; again while it runs is the same. Where
 * Temporal is away the request stands in the database and `sweep` starts the workflow later.
 */
export async function executeNow(c: AppContext, batchId: string) {
  const { db, temporal } = c.var.deps;
  const { status } = await requestExecution(db, { batchId, actor: actorOf(c) });
  const workflowId = await temporal.startBatch(batchId);
  temporal.deliverSoon(c.var.log);
  return { status, workflowId };
}
