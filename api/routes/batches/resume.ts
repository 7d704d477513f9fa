import { z } from '@hono/zod-openapi';
import { cutLine } from '../../../db/queries/pause-batch.ts';
import { resumeSignal } from '../../../workflows/messages.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { batchState } from '../../../db/queries/batch-state.ts';
import { guardAction } from '../../risk-guard.ts';
import { commandAnswer, commandProblems, commandRequest, sendCommand } from './command.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/{id}/resume',
  tags: ['Batches'],
  summary: 'Let a paused batch go on, from the head of the queue',
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

/** Resumes a batch. */
export const resumeBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  await batchState(c.var.deps.db, id);
  await guardAction(c, 'pay', { batchId: id });
  const workflowId = await sendCommand(c, id, 'resume', resumeSignal, c.req.valid('json').reason);
  return c.json(
    { result: { batchId: id, workflowId, ...(await cutLine(c.var.deps.db, id)) } },
    202,
  );
});
