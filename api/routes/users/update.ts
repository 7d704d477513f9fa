import { z } from '@hono/zod-openapi';
import { disableSecondFactor } from '../../../db/queries/user-second-factors.ts';
import { changeUser, findUser } from '../../../db/queries/users.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { managedUser, rolesBelow } from '../../manage-users.ts';
import { idParams, text } from '../../schemas/common.ts';
import { toUser, userOut } from '../../schemas/user.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/admin/users/{id}',
  tags: ['People'],
  summary: 'Change a name, freeze or unfreeze, end sessions, take a lost second factor away',
  'x-permission': 'manage_roles',
  'x-step-up': true,
  request: {
    params: idParams('user'),
    body: jsonBody(
      z.strictObject({
        name: text(200).optional(),
        frozen: z.boolean().optional(),
        reason: text(500).optional().meta({ description: 'Needed to freeze.' }),
        endSessions: z.boolean().optional(),
        removeSecondFactor: z.literal(true).optional(),
      }),
    ),
  },
  responses: { 200: json('The person.', z.object({ user: userOut })) },
});

/** Changes somebody of a role below the caller's. A freeze works within a second. */
export const updateUser = newApp().openapi(route, async (c) => {
  const { db, auth } = c.var.deps;
  const { id } = c.req.valid('param');
  const { name, frozen, reason, endSessions, removeSecondFactor } = c.req.valid('json');
  if (frozen === true && reason === undefined) throw invalid('reason', 'is needed to freeze');
  await managedUser(c, id);
  const frozenReason = frozen === undefined ? undefined : frozen ? reason : '';
  const below = rolesBelow(c.var.caller.role);
  const ends = endSessions === true || removeSecondFactor === true;
  await changeUser(db, id, { name, frozenReason, endSessions: ends }, below, actorOf(c));
  if (removeSecondFactor) await disableSecondFactor(db, id, actorOf(c));
  auth.sessions.forget();
  const user = await findUser(db, id);
  if (!user) throw notFound('person');
  return c.json({ user: toUser(user) }, 200);
});
