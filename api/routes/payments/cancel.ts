import { z } from '@hono/zod-openapi';
import { cancelPayment } from '../../../db/queries/stop-batch.ts';
import { findPayment } from '../../../db/queries/payments.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams, text } from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/payments/{id}/cancel',
  tags: ['Payments'],
  summary: 'Cancel a payment that surely is not at the provider',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: {
    params: idParams('payment'),
    body: optionalJsonBody(z.strictObject({ reason: text(500).default('no reason given') })),
  },
  responses: {
    200: json('Cancelled; its commissions are payable again.', z.object({ payment: paymentOut })),
    404: json('No such payment.', z.unknown()),
    409: json('It may be at the provider, or has ended.', z.unknown()),
  },
});

/** Cancels one payment. */
export const cancelPaymentRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  const { reason } = c.req.valid('json');
  await cancelPayment(db, { paymentId: id, actor: actorOf(c), reason });
  const row = await findPayment(db, id);
  if (!row) throw notFound('payment');
  temporal.signalSettled([row.batchId], c.var.log);
  return c.json({ payment: toPayment(row) }, 200);
});
