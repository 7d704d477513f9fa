import { z } from '@hono/zod-openapi';
import { findRelease, listShares } from '../../../db/queries/escrow-payouts.ts';
import { PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { idOf } from '../../schemas/common.ts';
import { payoutItemOut, payoutOut, toPayout, toPayoutItem } from '../../schemas/payout.ts';

const route = endpoint({
  method: 'get',
  path: '/revenue/payouts/{batchId}',
  tags: ['Revenue'],
  summary: 'What an escrow released, to whom, and what became of each share',
  'x-permission': 'view',
  request: {
    params: z.object({ batchId: idOf('batch') }),
    query: z.strictObject({ ...pageQuery, limit: pageQuery.limit.default(PAGE_ROWS_MAX) }),
  },
  responses: {
    200: json(
      'The payout. Its items come in pages of 1,000 unless told.',
      payoutOut.extend({ items: z.array(payoutItemOut), nextCursor: nextCursorField }),
    ),
    404: json('No such payout, or a batch of commissions.', z.unknown()),
  },
});

/** One release with its shares. */
export const getPayout = newApp().openapi(route, async (c) => {
  const { batchId } = c.req.valid('param');
  const { limit, cursor } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after = -1] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const release = await findRelease(db, batchId);
  if (!release) throw notFound('payout');
  const found = await listShares(db, release.id, after, limit + 1);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.ordinal]);
  return c.json({ ...toPayout(release), items: rows.map(toPayoutItem), nextCursor }, 200);
});
