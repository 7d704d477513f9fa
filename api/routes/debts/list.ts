import { z } from '@hono/zod-openapi';
import { listDebts } from '../../../db/queries/debts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { currencyCode, idOf } from '../../schemas/common.ts';
import { debtOut, toDebt } from '../../schemas/debt.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/debts',
  tags: ['Debts'],
  summary: 'Affiliates that owe something, and since when',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      currency: currencyCode.optional(),
      affiliateId: idOf('payee').optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ debts: z.array(debtOut), nextCursor: nextCursorField })),
  },
});

/** Debts, by affiliate and currency. */
export const listDebtsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, currency, affiliateId } = c.req.valid('query');
  const after = readCursor(cursor, z.tuple([z.string(), z.string()]));
  const found = await listDebts(c.var.deps.db, {
    currency,
    payeeId: affiliateId,
    after,
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.payee_id, row.currency]);
  return c.json({ debts: rows.map(toDebt), nextCursor }, 200);
});
