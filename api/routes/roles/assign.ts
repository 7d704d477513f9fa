import { z } from '@hono/zod-openapi';
import { ROLES } from '../../../domain/permissions.ts';
import { changeRoleOf } from '../../change-role.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idOf, text } from '../../schemas/common.ts';
import { personOut, toPerson } from '../../schemas/person.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/affiliate/payouts/role-management/assign',
  tags: ['Roles'],
  summary: 'Give somebody a role below your own',
  'x-permission': 'manage_roles',
  'x-step-up': true,
  request: {
    body: jsonBody(
      z.strictObject({
        userId: idOf('user'),
        role: z.enum(ROLES),
        reason: text(1_000).optional(),
      }),
    ),
  },
  responses: { 200: json('The person.', z.object({ user: personOut })) },
});

/** Grants a role, in place of the one that the person has. */
export const assignRole = newApp().openapi(route, async (c) => {
  const { userId, role, reason } = c.req.valid('json');
  const person = await changeRoleOf(c, { userId, to: role, reason: reason ?? null });
  return c.json({ user: toPerson(person) }, 200);
});
