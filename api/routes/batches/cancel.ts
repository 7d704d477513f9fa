import { z } from '@hono/zod-openapi';
import { batchState } from '../../../db/queries/batch-state.ts';
import { cancelBatch } from '../../../db/queries/stop-batch.ts';
import { batchWorkflowId } from '../../../domain/ids.ts';
import { cancelSignal } from '../../../workflows/messages.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { commandAnswer, commandProblems, commandRequest, sendCommand } from './command.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/{id}/cancel',
  tags: ['Batches'],
  summary: 'Cancel what is unsent; what was sent finishes',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: commandRequest,
  responses: {
    202: json('Asked for.', z.object({ result: z.object(commandAnswer) })),
    ...commandProblems,
  },
});

/**
 * Cancels what still waits to be queued at once, in the database: whoever is answered then can be sure
 * that nothing is sent, whether or not a worker runs. Answers null for what has gone further.
 */
async function cancelWaiting(c: AppContext, id: string, reason: string): Promise<string | null> {
  const { db, temporal } = c.var.deps;
  const { status } = await batchState(db, id);
  if (status !== 'PENDING') return null;
  await cancelBatch(db, id, c.var.caller.actor, reason);
  temporal.signalCleared(id, c.var.log);
  return batchWorkflowId(id);
}

/** Cancels a batch. */
export const cancelBatchRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { reason } = c.req.valid('json');
  const workflowId =
    (await cancelWaiting(c, id, reason)) ??
    (await sendCommand(c, id, 'cancel', cancelSignal, reason));
  return c.json({ result: { batchId: id, workflowId } }, 202);
});
