import { z } from '@hono/zod-openapi';
import { listLedgerLines } from '../../../db/queries/ledger.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { currencyCode, idOf, instant } from '../../schemas/common.ts';
import { entryId, lineFilter, lineOut, toLine } from '../../schemas/ledger.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/entries',
  tags: ['Ledger'],
  summary: 'Lines of the books',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      ...lineFilter,
      paymentId: idOf('payment').optional(),
      currency: currencyCode.optional(),
      entryId: entryId.optional(),
      from: instant.optional().meta({ type: 'string' }),
      to: instant.optional().meta({ type: 'string' }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ entries: z.array(lineOut), nextCursor: nextCursorField })),
  },
});

/** Ledger lines by entry; lines of one entry follow each other. */
export const listEntries = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const after = readCursor(cursor, z.tuple([z.string(), z.int()]));
  const found = await listLedgerLines(c.var.deps.db, filter, { after, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.entryId, row.line]);
  return c.json({ entries: rows.map(toLine), nextCursor }, 200);
});
