import { z } from '@hono/zod-openapi';
import { findPayment } from '../../../db/queries/payments.ts';
import { toOrder } from '../../../db/queries/reconcile-orders.ts';
import { beginReversal, recordReversal } from '../../../db/queries/returns-reverse.ts';
import { DomainError } from '../../../domain/errors.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams, text } from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/payments/{id}/reverse',
  tags: ['Payments'],
  summary: 'Call back money that has arrived, at a provider that can',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: {
    params: idParams('payment'),
    body: jsonBody(z.strictObject({ reason: text(500) })),
  },
  responses: {
    200: json(
      'The provider has called it back. RETURNED at once, or as soon as the provider tells so.',
      z.object({ payment: paymentOut, returned: z.boolean() }),
    ),
    404: json('No such payment.', z.unknown()),
    409: json('It has not arrived, or this provider does not call money back.', z.unknown()),
  },
});

/** Calls the money of one payment back; again after a failure is safe, since the key is the same. */
export const reversePaymentRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { reason } = c.req.valid('json');
  const { db, providers } = c.var.deps;
  const before = await findPayment(db, id);
  if (!before) throw notFound('payment');
  const provider = providers.named(before.provider);
  if (!provider?.reverse || !provider.capabilities.reverse) {
    throw new DomainError(
      'invalid_state',
      `The provider ${before.provider} does not call back money that has arrived.`,
    );
  }
  const attempt = await beginReversal(db, { paymentId: id, actor: actorOf(c), reason });
  const order = toOrder(attempt);
  const done = await provider.reverse(order, `${attempt.reference}:reverse`);
  const found = (await provider.lookup([order])).get(attempt.reference);
  const returned = await recordReversal(db, attempt, found);
  if (!done && !returned) {
    throw new DomainError('invalid_state', 'The provider refuses to call this money back.');
  }
  const row = await findPayment(db, id);
  if (!row) throw notFound('payment');
  return c.json({ payment: toPayment(row), returned }, 200);
});
