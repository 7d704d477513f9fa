import { z } from '@hono/zod-openapi';
import { openDetails } from '../../../db/account-columns.ts';
import { findAccount } from '../../../db/queries/accounts.ts';
import { writeAudit } from '../../../db/queries/audit.ts';
import { DomainError } from '../../../domain/errors.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { guardAction } from '../../risk-guard.ts';
import { idOf, providerName, text } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/{provider}/accounts/{id}/reveal',
  tags: ['Accounts'],
  summary: 'The details of an account as they are, for a reason that is kept',
  'x-permission': 'view_sensitive',
  'x-step-up': true,
  request: {
    params: z.object({ provider: providerName, id: idOf('account') }),
    body: jsonBody(z.strictObject({ reason: text(500) })),
  },
  responses: {
    200: json(
      'The details in full. Never stored by caches.',
      z.object({
        accountId: z.string(),
        affiliateId: z.string(),
        accountRef: z.string(),
        details: z.record(z.string(), z.unknown()).nullable(),
      }),
    ),
    404: json('No such account.', z.unknown()),
    409: json('Too many were revealed (`risk_hold`), or they cannot be opened.', z.unknown()),
  },
});

/** Reveals an account. That it was, by whom and why, stands in the audit log before it is answered. */
export const revealAccount = newApp().openapi(route, async (c) => {
  const { provider, id } = c.req.valid('param');
  const { reason } = c.req.valid('json');
  const { db, vault, limits } = c.var.deps;
  const account = await findAccount(db, provider, id);
  if (!account) throw notFound('account');
  await limits.reveal(actorOf(c).id);
  await guardAction(c, 'reveal');
  const details = openDetails(vault, account);
  if (details === 'unreadable') {
    throw new DomainError(
      'invalid_state',
      'The details of this account cannot be opened with the keys of this process.',
    );
  }
  await writeAudit(db, {
    action: 'account.revealed',
    status: 'WARNING',
    actor: actorOf(c),
    details: { accountId: id, affiliateId: account.payeeId, provider, reason },
  });
  c.header('cache-control', 'no-store');
  const { payeeId: affiliateId, accountRef } = account;
  return c.json({ accountId: id, affiliateId, accountRef, details }, 200);
});
