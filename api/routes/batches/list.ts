import { z } from '@hono/zod-openapi';
import { readApprovals } from '../../../db/queries/batch-approvals.ts';
import { listBatches } from '../../../db/queries/batches.ts';
import { tallyPayments } from '../../../db/queries/payment-tallies.ts';
import { openRiskOfBatches } from '../../../db/queries/risk-batches.ts';
import { stalledBatches } from '../../../db/queries/stalled-batches.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { batchOut, batchState, toBatch } from '../../schemas/batch.ts';
import { currencyCode, instant, providerName, text } from '../../schemas/common.ts';
import { batchRisk } from '../../schemas/risk-event.ts';
import { batchStalled, toStalled } from '../../schemas/batch-stalled.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches',
  tags: ['Batches'],
  summary: 'Batches, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      status: batchState.optional(),
      provider: providerName.optional(),
      currency: currencyCode.optional(),
      from: instant.optional().meta({ type: 'string' }),
      to: instant.optional().meta({ type: 'string' }),
      q: text(200).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({
        batches: z.array(batchOut.extend({ risk: batchRisk, stalled: batchStalled })),
        nextCursor: nextCursorField,
      }),
    ),
  },
});

/** Batches with their payments counted by state. */
export const listBatchesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const { db } = c.var.deps;
  const [before] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const found = await listBatches(db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.batchNumber]);
  const ids = rows.map(({ id }) => id);
  const [tallies, approvals, risks, stalls] = await Promise.all([
    tallyPayments(db, ids),
    readApprovals(db, ids),
    openRiskOfBatches(db, ids),
    stalledBatches(db, ids),
  ]);
  const batches = rows.flatMap((row) => {
    const tally = tallies.get(row.id);
    const words = approvals.get(row.id);
    return tally && words
      ? [
          {
            ...toBatch(row, tally, words),
            risk: risks.get(row.id) ?? null,
            stalled: toStalled(stalls.get(row.id)),
          },
        ]
      : [];
  });
  return c.json({ batches, nextCursor }, 200);
});
