import { z } from '@hono/zod-openapi';
import { listPeople } from '../../../db/queries/roles.ts';
import { ROLES } from '../../../domain/permissions.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { line } from '../../schemas/common.ts';
import { personOut, toPerson } from '../../schemas/person.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/affiliate/payouts/role-management/users',
  tags: ['Roles'],
  summary: 'The people of this installation and their roles, newest first',
  'x-permission': 'manage_roles',
  request: {
    query: z.strictObject({
      role: z.enum(ROLES).optional(),
      q: line(200).optional().meta({ description: 'A part of the name or the address.' }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ users: z.array(personOut), nextCursor: nextCursorField })),
  },
});

/** People and what they may do. */
export const listPeopleRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listPeople(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ users: rows.map(toPerson), nextCursor }, 200);
});
