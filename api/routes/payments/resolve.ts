import { z } from '@hono/zod-openapi';
import { findPayment } from '../../../db/queries/payments.ts';
import { resolvePayment } from '../../../db/queries/resolve-payment.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { guardAction } from '../../risk-guard.ts';
import { idParams, text } from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';

/** Where the provider is not configured here, whose own quiet time would tell. */
const QUIET_MS = 60_000;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/payments/{id}/resolve',
  tags: ['Payments'],
  summary: "Record a person's verdict on a payment that nobody else can tell about",
  'x-permission': 'reconcile',
  'x-idempotent': true,
  request: {
    params: idParams('payment'),
    body: jsonBody(
      z.strictObject({
        verdict: z.enum(['paid', 'not_paid']).meta({
          description: 'As the provider told the person. Not paid: it may be retried afterwards.',
        }),
        reason: text(500).meta({ description: 'Who said so, and where it can be looked up.' }),
        providerPaymentId: text(200).optional(),
      }),
    ),
  },
  responses: {
    200: json('Recorded, and its cases closed.', z.object({ payment: paymentOut })),
    404: json('No such payment.', z.unknown()),
    409: json('It is not in doubt, or was sent a moment ago.', z.unknown()),
  },
});

/** Settles a payment in doubt by a person's word. */
export const resolvePaymentRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { verdict, reason, providerPaymentId = null } = c.req.valid('json');
  const { db, providers, temporal } = c.var.deps;
  const before = await findPayment(db, id);
  if (!before) throw notFound('payment');
  // What was not paid is payable again, and tried again.
  if (verdict === 'not_paid') await guardAction(c, 'pay');
  const quietMs = providers.named(before.provider)?.capabilities.quietTimeMs ?? QUIET_MS;
  const given = { paymentId: id, verdict, reason, providerPaymentId, quietMs };
  const { batchId } = await resolvePayment(db, { ...given, actor: actorOf(c) });
  temporal.signalSettled([batchId], c.var.log);
  const row = await findPayment(db, id);
  if (!row) throw notFound('payment');
  return c.json({ payment: toPayment(row) }, 200);
});
