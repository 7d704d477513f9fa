import { z } from '@hono/zod-openapi';
import { listAccounts, withShares } from '../../../db/queries/accounts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { accountOut, toAccount } from '../../schemas/account.ts';
import { boolQuery, providerParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/{provider}/accounts',
  tags: ['Accounts'],
  summary: 'Accounts at a provider',
  'x-permission': 'view',
  request: {
    params: providerParams,
    query: z.strictObject({
      shared: boolQuery.optional().meta({
        description: 'Only accounts whose destination another affiliate has too.',
      }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ accounts: z.array(accountOut), nextCursor: nextCursorField })),
  },
});

/** Accounts at one provider, oldest first. */
export const listAccountsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, shared } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const { provider } = c.req.valid('param');
  const found = await listAccounts(db, provider, after, limit + 1, shared);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  const accounts = await withShares(db, rows);
  return c.json({ accounts: accounts.map(toAccount), nextCursor }, 200);
});
