import { z } from '@hono/zod-openapi';
import { listLedgerLines } from '../../../db/queries/ledger.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { amountOut, idOf, instant, iso, text, timeOut } from '../../schemas/common.ts';

const line = z.object({
  entryId: z.string(),
  line: z.int(),
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  amount: amountOut,
  currency: z.string(),
  payeeId: z.string().nullable(),
  paymentId: z.string().nullable(),
  batchId: z.string().nullable(),
  createdAt: timeOut,
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/entries',
  tags: ['Ledger'],
  summary: 'Lines of the books',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      payeeId: idOf('payee').optional(),
      batchId: idOf('batch').optional(),
      paymentId: idOf('payment').optional(),
      account: text(100).optional(),
      from: instant.optional().meta({ type: 'string' }),
      to: instant.optional().meta({ type: 'string' }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ entries: z.array(line), nextCursor: nextCursorField })),
  },
});

/** Ledger lines by entry; lines of one entry follow each other. */
export const listEntries = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const after = readCursor(cursor, z.tuple([z.string(), z.int()]));
  const found = await listLedgerLines(c.var.deps.db, { ...filter, after, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.entryId, row.line]);
  const entries = rows.map(({ amountMinor, createdAt, ...row }) => ({
    ...row,
    amount: toJsonAmount(amountMinor),
    createdAt: iso(createdAt),
  }));
  return c.json({ entries, nextCursor }, 200);
});
