import { z } from '@hono/zod-openapi';
import { listAccounts } from '../../../db/queries/accounts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { accountOut, toAccount } from '../../schemas/account.ts';
import { providerParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/{provider}/accounts',
  tags: ['Accounts'],
  summary: 'Accounts at a provider',
  'x-permission': 'view',
  request: { params: providerParams, query: z.strictObject(pageQuery) },
  responses: {
    200: json('A page.', z.object({ accounts: z.array(accountOut), nextCursor: nextCursorField })),
  },
});

/** Accounts at one provider, oldest first. */
export const listAccountsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit } = c.req.valid('query');
  const [after] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listAccounts(c.var.deps.db, c.req.valid('param').provider, after, limit + 1);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ accounts: rows.map(toAccount), nextCursor }, 200);
});
