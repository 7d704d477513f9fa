import { z } from '@hono/zod-openapi';
import { cancelSignal } from '../../../workflows/messages.ts';
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

/** Cancels a batch. */
export const cancelBatchRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const workflowId = await sendCommand(c, id, 'cancel', cancelSignal, c.req.valid('json').reason);
  return c.json({ result: { batchId: id, workflowId } }, 202);
});
