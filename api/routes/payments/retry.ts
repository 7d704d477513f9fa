import { z } from '@hono/zod-openapi';
import { findPayment } from '../../../db/queries/payments.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { retryPayments } from '../batches/retry-payments.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/payments/{id}/retry',
  tags: ['Payments'],
  summary: 'Try a failed payment again, with a new generation',
  'x-permission': 'process',
  'x-idempotent': true,
  request: { params: idParams('payment'), body: optionalJsonBody(z.strictObject({})) },
  responses: {
    202: json(
      'Asked for.',
      z.object({
        result: z.object({ paymentId: z.string(), batchId: z.string(), workflowId: z.string() }),
      }),
    ),
    404: json('No such payment.', z.unknown()),
    409: json('It cannot be tried again now.', z.unknown()),
  },
});

/** Retries one payment. */
export const retryPayment = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const row = await findPayment(c.var.deps.db, id);
  if (!row) throw notFound('payment');
  const { batchId, workflowId } = await retryPayments(c, row.batchId, [id]);
  return c.json({ result: { paymentId: id, batchId, workflowId } }, 202);
});
