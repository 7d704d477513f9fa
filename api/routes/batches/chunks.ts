import { z } from '@hono/zod-openapi';
import { readBatchChunks } from '../../../db/queries/batch-chunks.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { amountOut, idParams, isoOrNull, timeOrNull } from '../../schemas/common.ts';
import { paymentState } from '../../schemas/payment.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/chunks',
  tags: ['Batches'],
  summary: 'The chunks that a batch is handed over in, each with its payments by state',
  'x-permission': 'view',
  request: { params: idParams('batch') },
  responses: {
    200: json(
      'All chunks, in the order in which they are sent.',
      z.object({
        chunks: z.array(
          z.object({
            chunk: z.int().meta({ description: 'From 0.' }),
            payments: z.int(),
            amount: amountOut.meta({ description: 'Minor units of the currency of the batch.' }),
            counts: z.record(paymentState, z.int()),
            firstSentAt: timeOrNull,
            lastSentAt: timeOrNull,
            lastPaidAt: timeOrNull,
          }),
        ),
      }),
    ),
    404: json('No such batch.', z.unknown()),
  },
});

/** The chunks of a batch. A payment that is tried again under a new key counts as sent when that was. */
export const listChunks = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [batch, found] = await Promise.all([findBatchRow(db, id), readBatchChunks(db, id)]);
  if (!batch) throw notFound('batch');
  const chunks = found.map(({ amountMinor, firstSentAt, lastSentAt, lastPaidAt, ...chunk }) => ({
    ...chunk,
    amount: toJsonAmount(amountMinor),
    firstSentAt: isoOrNull(firstSentAt),
    lastSentAt: isoOrNull(lastSentAt),
    lastPaidAt: isoOrNull(lastPaidAt),
  }));
  return c.json({ chunks }, 200);
});
