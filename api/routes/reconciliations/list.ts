import { z } from '@hono/zod-openapi';
import { listRuns } from '../../../db/queries/reconcile-runs.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { providerName } from '../../schemas/common.ts';
import { reconciliationOut, toReconciliation } from '../../schemas/reconciliation.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/reconciliations',
  tags: ['Reconciliations'],
  summary: 'Reconciliations, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      provider: providerName.optional(),
      day: z.iso.date().optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ reconciliations: z.array(reconciliationOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Reconciliations, with their counts. */
export const listReconciliations = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listRuns(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ reconciliations: rows.map(toReconciliation), nextCursor }, 200);
});
