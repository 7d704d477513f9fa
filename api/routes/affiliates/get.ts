import { z } from '@hono/zod-openapi';
import { withShares } from '../../../db/queries/accounts.ts';
import { findAffiliate, listCommissions, sumAffiliate } from '../../../db/queries/affiliates.ts';
import { PAGE_ROWS_DEFAULT } from '../../../domain/limits.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { accountOut, toAccount } from '../../schemas/account.ts';
import { commissionOut, toCommission } from '../../schemas/commission.ts';
import { amountOut, idParams } from '../../schemas/common.ts';
import { affiliateFields, toAffiliate } from '../../schemas/affiliate.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}',
  tags: ['Affiliates'],
  summary: 'An affiliate with its accounts and what it is owed',
  'x-permission': 'view',
  request: { params: idParams('payee') },
  responses: {
    200: json(
      'The affiliate.',
      z.object({
        affiliate: z.object({
          ...affiliateFields,
          holdReason: z.string().nullable(),
          totalPending: amountOut.meta({ description: "In the affiliate's own currency." }),
          totalPaid: amountOut.meta({ description: "In the affiliate's own currency." }),
          totals: z.record(z.string(), z.object({ pending: amountOut, paid: amountOut })),
          accounts: z.array(accountOut),
          pendingCommissions: z.array(commissionOut),
        }),
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** One affiliate. `pending` is all that is matured and not yet paid, in payments or not. */
export const getAffiliate = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, sums, commissions] = await Promise.all([
    findAffiliate(db, id),
    sumAffiliate(db, id),
    listCommissions(db, id, { limit: PAGE_ROWS_DEFAULT }),
  ]);
  if (!row) throw notFound('affiliate');
  const accounts = await withShares(db, row.accounts);
  const totals = Object.fromEntries(
    sums.map(({ currency, pending_minor, paid_minor }) => [
      currency,
      { pending: toJsonAmount(pending_minor), paid: toJsonAmount(paid_minor) },
    ]),
  );
  const affiliate = {
    ...toAffiliate(row),
    holdReason: row.holdReason,
    totalPending: totals[row.currency]?.pending ?? 0,
    totalPaid: totals[row.currency]?.paid ?? 0,
    totals,
    accounts: accounts.map(toAccount),
    pendingCommissions: commissions.map(toCommission),
  };
  return c.json({ affiliate }, 200);
});
