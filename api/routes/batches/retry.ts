import { z } from '@hono/zod-openapi';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { idOf, idParams } from '../../schemas/common.ts';
import { commandAnswer, commandProblems } from './command.ts';
import { retryPayments } from './retry-payments.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/{id}/retry',
  tags: ['Batches'],
  summary: 'Try failed payments again, each with a new generation',
  'x-permission': 'process',
  'x-idempotent': true,
  request: {
    params: idParams('batch'),
    body: optionalJsonBody(
      z.strictObject({ paymentIds: z.array(idOf('payment')).min(1).max(1_000).optional() }),
    ),
  },
  responses: {
    202: json(
      'Asked for, and how many can be tried again now.',
      z.object({ result: z.object({ ...commandAnswer, payments: z.int() }) }),
    ),
    ...commandProblems,
  },
});

/** Tries all failed payments of a batch again, or the named ones. */
export const retryBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { paymentIds } = c.req.valid('json');
  return c.json({ result: await retryPayments(c, id, paymentIds) }, 202);
});
