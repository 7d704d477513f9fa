import { z } from '@hono/zod-openapi';
import { platformId } from '../../schemas/revenue.ts';
import { listReleases } from '../../../db/queries/escrow-payouts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { payoutOut, toPayout } from '../../schemas/payout.ts';

const route = endpoint({
  method: 'get',
  path: '/revenue/payouts',
  tags: ['Revenue'],
  summary: 'What escrows have released, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      escrowId: platformId.optional(),
      projectId: platformId.optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ payouts: z.array(payoutOut), nextCursor: nextCursorField })),
  },
});

/** Releases of all escrows, or of one escrow or project. */
export const listPayouts = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listReleases(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ payouts: rows.map(toPayout), nextCursor }, 200);
});
