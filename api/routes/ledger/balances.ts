import { z } from '@hono/zod-openapi';
import { readBalances } from '../../../db/queries/ledger.ts';
import { ACCOUNT_TYPES, accountType } from '../../../domain/ledger.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { amountOut, currencyCode } from '../../schemas/common.ts';
import { lineFilter } from '../../schemas/ledger.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/ledger/balances',
  tags: ['Ledger'],
  summary: 'Balances of the accounts of the books',
  'x-permission': 'view',
  request: { query: z.strictObject({ ...lineFilter, currency: currencyCode.optional() }) },
  responses: {
    200: json(
      '`balance` is debit less credit. All balances of a currency sum to zero; with a filter, those of its lines alone.',
      z.object({
        balances: z.array(
          z.object({
            account: z.string(),
            type: z
              .enum(ACCOUNT_TYPES)
              .nullable()
              .meta({ description: 'Null for an account that is none of the known ones.' }),
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

/** What stands in each account of the ledger, or what some of its lines come to. */
export const getBalances = newApp().openapi(route, async (c) => {
  const rows = await readBalances(c.var.deps.db, c.req.valid('query'));
  const balances = rows.map(({ account, currency, debit_minor, credit_minor }) => ({
    account,
    type: accountType(account),
    currency,
    debit: toJsonAmount(debit_minor),
    credit: toJsonAmount(credit_minor),
    balance: toJsonAmount(debit_minor - credit_minor),
  }));
  return c.json({ balances }, 200);
});
