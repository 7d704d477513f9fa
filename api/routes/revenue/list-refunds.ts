import { z } from '@hono/zod-openapi';
import { platformId } from '../../schemas/revenue.ts';
import { listRefunds } from '../../../db/queries/escrow-refunds.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { refundOut, toRefund } from '../../schemas/refund.ts';

const route = endpoint({
  method: 'get',
  path: '/revenue/refunds',
  tags: ['Revenue'],
  summary: 'Refunds of releases, newest first',
  'x-permission': 'view',
  request: { query: z.strictObject({ escrowId: platformId.optional(), ...pageQuery }) },
  responses: {
    200: json('A page.', z.object({ refunds: z.array(refundOut), nextCursor: nextCursorField })),
  },
});

/** Refunds of all escrows, or of one. */
export const listRefundsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, escrowId } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listRefunds(c.var.deps.db, { escrowId, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ refunds: rows.map(toRefund), nextCursor }, 200);
});
