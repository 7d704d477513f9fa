import { z } from '@hono/zod-openapi';
import { findAccount, updateAccount } from '../../../db/queries/accounts.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { accountOut, kycStatus, toAccount } from '../../schemas/account.ts';
import { idOf, providerName, text } from '../../schemas/common.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/{provider}/accounts/{id}',
  tags: ['Accounts'],
  summary: 'Decide on an account, or change it',
  'x-permission': 'verify',
  request: {
    params: z.object({ provider: providerName, id: idOf('account') }),
    body: jsonBody(
      z
        .strictObject({
          accountRef: text(200).optional(),
          email: z.email().max(320).optional(),
          details: z.record(z.string().max(100), z.unknown()).optional(),
          kycStatus: kycStatus.optional(),
        })
        .refine((change) => Object.keys(change).length > 0, 'names nothing to change'),
    ),
  },
  responses: {
    200: json('The account.', z.object({ account: accountOut })),
    404: json('No such account.', z.unknown()),
  },
});

/** Changes an account. Payments that were made before keep the reference they were made with. */
export const updateAccountRoute = newApp().openapi(route, async (c) => {
  const { provider, id } = c.req.valid('param');
  const { db } = c.var.deps;
  await updateAccount(db, provider, id, c.req.valid('json'), actorOf(c));
  const row = await findAccount(db, provider, id);
  if (!row) throw notFound('account');
  return c.json({ account: toAccount(row) }, 200);
});
