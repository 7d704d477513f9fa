import { z } from '@hono/zod-openapi';
import { writeAudit } from '../../../db/queries/audit.ts';
import { INVITE_ROLES } from '../../../providers/port.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { NotPayable } from '../../http/problems.ts';
import { providerParams } from '../../schemas/common.ts';

const EMAILS_MAX = 100;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/{provider}/invites',
  tags: ['Accounts'],
  summary: 'Invite people to become users of the provider, so that they can be paid there',
  'x-permission': 'verify',
  request: {
    params: providerParams,
    body: jsonBody(
      z.strictObject({
        emails: z.array(z.email()).min(1).max(EMAILS_MAX),
        role: z.enum(INVITE_ROLES).default('contractor'),
      }),
    ),
  },
  responses: {
    201: json(
      'The provider sends the invitations; these are its ids.',
      z.object({ invited: z.int(), inviteIds: z.array(z.string()) }),
    ),
  },
});

/** An accepted invitation opens an account there; it verifies nobody. */
export const inviteUsers = newApp().openapi(route, async (c) => {
  const { provider: name } = c.req.valid('param');
  const { emails, role } = c.req.valid('json');
  const { db, providers } = c.var.deps;
  const provider = providers.named(name);
  if (!provider?.invite) {
    const why = provider ? 'takes no invitations' : 'is not configured here';
    throw new NotPayable('provider_unsupported', `The provider ${name} ${why}.`);
  }
  const inviteIds = await provider.invite(emails, role);
  await writeAudit(db, {
    action: 'account.invited',
    status: 'SUCCESS',
    actor: actorOf(c),
    details: { provider: name, role, inviteIds },
  });
  return c.json({ invited: inviteIds.length, inviteIds }, 201);
});
