import { z } from '@hono/zod-openapi';
import { createAccount } from '../../../db/queries/write-account.ts';
import { callerHolds } from '../../http/caller.ts';
import { deny } from '../../http/auth.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { continueParked } from '../../parked.ts';
import { accountOut, detailsIn, kycStatus } from '../../schemas/account.ts';
import { idOf, providerParams, text } from '../../schemas/common.ts';
import { readAccount } from './read-account.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/{provider}/accounts',
  tags: ['Accounts'],
  summary: "Add an affiliate's account at a provider",
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    params: providerParams,
    body: jsonBody(
      z.strictObject({
        affiliateId: idOf('payee'),
        accountRef: text(200).optional(),
        riseId: text(200)
          .optional()
          .meta({ description: 'The same as accountRef, for riseworks.' }),
        email: z.email().max(320).optional(),
        details: detailsIn.optional(),
        kycStatus: kycStatus
          .optional()
          .meta({ description: 'PENDING unless given; needs `verify`.' }),
      }),
    ),
  },
  responses: {
    201: json('The account.', z.object({ account: accountOut })),
    404: json('No such affiliate.', z.unknown()),
    409: json('It has one here already (`account_exists`).', z.unknown()),
  },
});

/** Adds an account, its details encrypted. It can be paid to once its KYC status is APPROVED. */
export const createAccountRoute = newApp().openapi(route, async (c) => {
  const { provider } = c.req.valid('param');
  const { affiliateId, email, details, ...body } = c.req.valid('json');
  if (body.kycStatus && !callerHolds(c.var.caller, 'verify')) await deny(c, 'verify');
  const accountRef = readReference(provider, body);
  const account = { payeeId: affiliateId, provider, accountRef, email, details };
  const id = c.var.newId('account');
  const { db, vault } = c.var.deps;
  const kycStatus = body.kycStatus ?? 'PENDING';
  await createAccount(db, vault, { ...account, id, kycStatus }, actorOf(c));
  if (kycStatus === 'APPROVED') continueParked(c.var.deps, [affiliateId], c.var.log);
  return c.json({ account: await readAccount(db, provider, id) }, 201);
});

function readReference(
  provider: string,
  body: { accountRef?: string | undefined; riseId?: string | undefined },
): string {
  if (body.riseId !== undefined && provider !== 'riseworks')
    throw invalid('riseId', 'is for riseworks only');
  const given = [body.accountRef, body.riseId].filter((value) => value !== undefined);
  const [reference] = given;
  if (reference === undefined) throw invalid('accountRef', 'is needed');
  if (given.length > 1) throw invalid('riseId', 'stands for accountRef; give one of them');
  return reference;
}
