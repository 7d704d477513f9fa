import { z } from '@hono/zod-openapi';
import { createUser, findUser } from '../../../db/queries/users.ts';
import { DomainError } from '../../../domain/errors.ts';
import { ROLES } from '../../../domain/permissions.ts';
import { invite } from '../../auth/invite.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { assertBelow } from '../../manage-users.ts';
import { text } from '../../schemas/common.ts';
import { email } from '../../schemas/session.ts';
import { inviteOut, toUser, userOut } from '../../schemas/user.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/users',
  tags: ['People'],
  summary: 'Make a person; the invitation with which they set a password is shown this once',
  'x-permission': 'manage_roles',
  'x-step-up': true,
  request: {
    body: jsonBody(
      z.strictObject({ email, name: text(200), role: z.enum(ROLES).nullable().default(null) }),
    ),
  },
  responses: { 201: json('The person.', z.object({ user: userOut, invite: inviteOut })) },
});

/** Makes a person, of a role below the caller's or of none yet. */
export const createUserRoute = newApp().openapi(route, async (c) => {
  const body = c.req.valid('json');
  const { db } = c.var.deps;
  await assertBelow(c, body.role);
  const id = c.var.newId('user');
  if (!(await createUser(db, { id, ...body }, actorOf(c)))) {
    throw new DomainError('account_exists', 'There is a person with this e-mail address already.');
  }
  const user = await findUser(db, id);
  if (!user) throw notFound('person');
  return c.json({ user: toUser(user), invite: await invite(c, id) }, 201);
});
