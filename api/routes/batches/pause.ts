import { z } from '@hono/zod-openapi';
import { cutLine } from '../../../db/queries/pause-batch.ts';
import { pauseSignal } from '../../../workflows/messages.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { commandAnswer, commandProblems, commandRequest, sendCommand } from './command.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/{id}/pause',
  tags: ['Batches'],
  summary: 'Stop sending after the calls under way and give the slot back',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: commandRequest,
  responses: {
    202: json(
      'Asked for; the line at which the batch stands now.',
      z.object({
        result: z.object({
          ...commandAnswer,
          sent: z.int(),
          inDoubt: z.int(),
          untouched: z.int(),
        }),
      }),
    ),
    ...commandProblems,
  },
});

/** Pauses a batch. */
export const pauseBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const workflowId = await sendCommand(c, id, 'pause', pauseSignal, c.req.valid('json').reason);
  return c.json(
    { result: { batchId: id, workflowId, ...(await cutLine(c.var.deps.db, id)) } },
    202,
  );
});
