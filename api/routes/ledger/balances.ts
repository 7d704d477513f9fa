import { z } from '@hono/zod-openapi';
import { readBalances } from '../../../db/queries/ledger.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { amountOut, currencyCode, text } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/balances',
  tags: ['Ledger'],
  summary: 'Balances of the accounts of the books',
  'x-permission': 'view',
  request: {
    query: z.strictObject({ account: text(100).optional(), currency: currencyCode.optional() }),
  },
  responses: {
    200: json(
      '`balance` is debit less credit; all balances of a currency sum to zero.',
      z.object({
        balances: z.array(
          z.object({
            account: z.string(),
            currency: z.string(),
            debit: amountOut,
            credit: amountOut,
            balance: amountOut,
          }),
        ),
      }),
    ),
  },
});

/** What stands in each account of the ledger. */
export const getBalances = newApp().openapi(route, async (c) => {
  const rows = await readBalances(c.var.deps.db, c.req.valid('query'));
  const balances = rows.map(({ account, currency, debit_minor, credit_minor }) => ({
    account,
    currency,
    debit: toJsonAmount(debit_minor),
    credit: toJsonAmount(credit_minor),
    balance: toJsonAmount(debit_minor - credit_minor),
  }));
  return c.json({ balances }, 200);
});
