import { z } from '@hono/zod-openapi';
import { findPerson, listRoleChanges } from '../../../db/queries/roles.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { roleChangeOut, toRoleChange } from '../../schemas/person.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/affiliate/payouts/role-management/users/{id}/history',
  tags: ['Roles'],
  summary: 'Every role that somebody had, who gave or took it and why, newest first',
  'x-permission': 'manage_roles',
  request: { params: idParams('user'), query: z.strictObject(pageQuery) },
  responses: {
    200: json(
      'A page.',
      z.object({ changes: z.array(roleChangeOut), nextCursor: nextCursorField }),
    ),
  },
});

/** The history of a role. */
export const roleHistory = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const { id } = c.req.valid('param');
  const { cursor, limit } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  if (!(await findPerson(db, id))) throw notFound('person');
  const found = await listRoleChanges(db, { userId: id, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ changes: rows.map(toRoleChange), nextCursor }, 200);
});
