import { z } from '@hono/zod-openapi';
import { listUsers } from '../../../db/queries/users.ts';
import { ROLES } from '../../../domain/permissions.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { boolQuery, text } from '../../schemas/common.ts';
import { toUser, userOut } from '../../schemas/user.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/users',
  tags: ['People'],
  summary: 'The people who may sign in, newest first',
  'x-permission': 'manage_roles',
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: text(100).optional(),
      role: z.enum(ROLES).optional(),
      frozen: boolQuery.optional(),
    }),
  },
  responses: {
    200: json('A page.', z.object({ users: z.array(userOut), nextCursor: nextCursorField })),
  },
});

/** A page of people. */
export const listUsersRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listUsers(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ users: rows.map(toUser), nextCursor }, 200);
});
