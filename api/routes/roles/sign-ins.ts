import { z } from '@hono/zod-openapi';
import { findPerson, listSignIns } from '../../../db/queries/roles.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { signInOut, toSignIn } from '../../schemas/person.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/affiliate/payouts/role-management/users/{id}/sign-ins',
  tags: ['Roles'],
  summary: 'When and from where somebody signed in, or tried to, newest first',
  'x-permission': 'manage_roles',
  request: { params: idParams('user'), query: z.strictObject(pageQuery) },
  responses: {
    200: json('A page.', z.object({ signIns: z.array(signInOut), nextCursor: nextCursorField })),
  },
});

/** Sign-ins of one person, out of the audit log. */
export const recentSignIns = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const { id } = c.req.valid('param');
  const { cursor, limit } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.int().min(1)])) ?? [];
  if (!(await findPerson(db, id))) throw notFound('person');
  const page = { userId: id, before: before?.toString(), limit: limit + 1 };
  const found = await listSignIns(db, page);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ signIns: rows.map(toSignIn), nextCursor }, 200);
});
