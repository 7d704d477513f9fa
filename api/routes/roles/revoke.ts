import { z } from '@hono/zod-openapi';
import { changeRoleOf } from '../../change-role.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idOf, text } from '../../schemas/common.ts';
import { personOut, toPerson } from '../../schemas/person.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/affiliate/payouts/role-management/revoke',
  tags: ['Roles'],
  summary: 'Take somebody’s role away; they can do nothing within a second',
  'x-permission': 'manage_roles',
  'x-step-up': true,
  request: {
    body: jsonBody(z.strictObject({ userId: idOf('user'), reason: text(1_000).optional() })),
  },
  responses: { 200: json('The person.', z.object({ user: personOut })) },
});

/** Takes a role away; again is the same. */
export const revokeRole = newApp().openapi(route, async (c) => {
  const { userId, reason } = c.req.valid('json');
  const person = await changeRoleOf(c, { userId, to: null, reason: reason ?? null });
  return c.json({ user: toPerson(person) }, 200);
});
