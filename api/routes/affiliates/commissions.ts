import { z } from '@hono/zod-openapi';
import { findAffiliate, listCommissions, sumCommissions } from '../../../db/queries/affiliates.ts';
import { COMMISSION_STATES } from '../../../domain/commission.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { commissionOut, toCommission } from '../../schemas/commission.ts';
import { amountOut, idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/commissions',
  tags: ['Affiliates'],
  summary: 'Commissions of an affiliate; those that are payable, unless a status is given',
  'x-permission': 'view',
  request: {
    params: idParams('payee'),
    query: z.strictObject({ status: z.enum(COMMISSION_STATES).optional(), ...pageQuery }),
  },
  responses: {
    200: json(
      'A page; the summary is over all pages.',
      z.object({
        commissions: z.array(commissionOut),
        summary: z.object({
          count: z.int(),
          totalAmount: amountOut.meta({ description: "In the affiliate's own currency." }),
          currency: z.string(),
          totals: z.record(z.string(), amountOut),
        }),
        nextCursor: nextCursorField,
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Commissions of one affiliate, oldest first. */
export const listAffiliateCommissions = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { cursor, limit, status } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const [payee, found, sums] = await Promise.all([
    findAffiliate(db, id),
    listCommissions(db, id, { status, after, limit: limit + 1 }),
    sumCommissions(db, id, status),
  ]);
  if (!payee) throw notFound('affiliate');
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  const totals = Object.fromEntries(
    sums.map((sum) => [sum.currency, toJsonAmount(sum.amount_minor)]),
  );
  const summary = {
    count: sums.reduce((total, sum) => total + sum.count, 0),
    totalAmount: totals[payee.currency] ?? 0,
    currency: payee.currency,
    totals,
  };
  return c.json({ commissions: rows.map(toCommission), summary, nextCursor }, 200);
});
