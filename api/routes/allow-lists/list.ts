import { z } from '@hono/zod-openapi';
import { listAllowLists } from '../../../db/queries/allow-lists.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { allowListOut, toAllowList } from '../../schemas/allow-list.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/allow-lists',
  tags: ['Allow-lists'],
  summary: 'From which networks roles, keys and operations may be used',
  'x-permission': 'settings',
  responses: { 200: json('All of them.', z.object({ allowLists: z.array(allowListOut) })) },
});

/** All lists; there is at most one for each role, key and permission. */
export const getAllowLists = newApp().openapi(route, async (c) => {
  const rows = await listAllowLists(c.var.deps.db);
  return c.json({ allowLists: rows.map(toAllowList) }, 200);
});
