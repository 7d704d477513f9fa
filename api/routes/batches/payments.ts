import { z } from '@hono/zod-openapi';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { listBatchPayments } from '../../../db/queries/payments.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { paymentOut, paymentState, toPayment } from '../../schemas/payment.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/payments',
  tags: ['Batches'],
  summary: 'Payments of a batch',
  'x-permission': 'view',
  request: {
    params: idParams('batch'),
    query: z.strictObject({ status: paymentState.optional(), ...pageQuery }),
  },
  responses: {
    200: json('A page.', z.object({ payments: z.array(paymentOut), nextCursor: nextCursorField })),
    404: json('No such batch.', z.unknown()),
  },
});

/** Payments of a batch in the order of their places. */
export const listPaymentsOfBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { cursor, limit, status } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const found = await listBatchPayments(db, id, { status, after, limit: limit + 1 });
  if (found.length === 0 && !(await findBatchRow(db, id))) throw notFound('batch');
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.ordinal]);
  return c.json({ payments: rows.map(toPayment), nextCursor }, 200);
});
