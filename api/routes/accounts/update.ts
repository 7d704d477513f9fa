import { z } from '@hono/zod-openapi';
import { OwnChange, updateAccount } from '../../../db/queries/write-account.ts';
import { auditDenial } from '../../http/auth.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { accountOut, detailsIn, kycStatus } from '../../schemas/account.ts';
import { idOf, providerName, text } from '../../schemas/common.ts';
import { continueParked } from '../../parked.ts';
import { readAccount } from './read-account.ts';

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
          details: detailsIn.optional(),
          kycStatus: kycStatus.optional(),
          releaseBlock: z.literal(true).optional().meta({
            description:
              'Lifts what money that came back has blocked. Another reference or other details lift it too.',
          }),
        })
        .refine((change) => Object.keys(change).length > 0, 'names nothing to change'),
    ),
  },
  responses: {
    200: json('The account.', z.object({ account: accountOut })),
    403: json('You changed it: somebody else verifies it (`forbidden`).', z.unknown()),
    404: json('No such account.', z.unknown()),
  },
});

/**
 * Changes an account. Payments that were made before keep the reference they were made with; those
 * that waited for this change go on. Who changed where the money goes is not who verifies it.
 */
export const updateAccountRoute = newApp().openapi(route, async (c) => {
  const { provider, id } = c.req.valid('param');
  const { db, vault } = c.var.deps;
  try {
    await updateAccount(db, vault, provider, id, c.req.valid('json'), actorOf(c));
  } catch (error) {
    if (error instanceof OwnChange)
      await auditDenial(c, { permission: 'verify', why: 'own change' });
    throw error;
  }
  const account = await readAccount(db, provider, id);
  continueParked(c.var.deps, [account.affiliateId], c.var.log);
  return c.json({ account }, 200);
});
