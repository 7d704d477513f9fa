import { z } from '@hono/zod-openapi';
import { invite } from '../../auth/invite.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { managedUser } from '../../manage-users.ts';
import { idParams } from '../../schemas/common.ts';
import { inviteOut } from '../../schemas/user.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/users/{id}/invite',
  tags: ['People'],
  summary: 'A new invitation to set a password; earlier ones are worth nothing',
  'x-permission': 'manage_roles',
  'x-step-up': true,
  request: { params: idParams('user') },
  responses: { 201: json('Good for a day.', z.object({ invite: inviteOut })) },
});

/** Invites a person again, also one who has forgotten the password. */
export const inviteUser = newApp().openapi(route, async (c) => {
  const user = await managedUser(c, c.req.valid('param').id);
  return c.json({ invite: await invite(c, user.id) }, 201);
});
