import { z } from '@hono/zod-openapi';
import { listPayments } from '../../../db/queries/payments.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { amountQuery, idOf, instant, providerName, text } from '../../schemas/common.ts';
import { paymentOut, paymentState, toPayment } from '../../schemas/payment.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/payments',
  tags: ['Payments'],
  summary: 'Payments, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      status: paymentState.optional(),
      batchId: idOf('batch').optional(),
      affiliateId: idOf('payee').optional(),
      provider: providerName.optional(),
      minAmount: amountQuery.optional(),
      maxAmount: amountQuery.optional(),
      from: instant.optional().meta({ type: 'string' }),
      to: instant.optional().meta({ type: 'string' }),
      q: text(300).optional().meta({
        description:
          "Exactly a payment's id or reference, the provider's id, an account reference, or a payee's id, email or external id.",
      }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ payments: z.array(paymentOut), nextCursor: nextCursorField })),
  },
});

/** Payments over all batches. */
export const listPaymentsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, minAmount, maxAmount, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const bounds = { minMinor: minAmount, maxMinor: maxAmount, before, limit: limit + 1 };
  const found = await listPayments(c.var.deps.db, { ...filter, ...bounds });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ payments: rows.map(toPayment), nextCursor }, 200);
});
