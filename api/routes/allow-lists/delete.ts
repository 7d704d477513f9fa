import { z } from '@hono/zod-openapi';
import { deleteAllowList } from '../../../db/queries/allow-lists.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { targetParams } from '../../schemas/allow-list.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/admin/allow-lists/{scope}/{subject}',
  tags: ['Allow-lists'],
  summary: 'Delete a list, so that it limits nobody any more',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: targetParams },
  responses: {
    200: json('Deleted.', z.object({ scope: z.string(), subject: z.string() })),
    404: json('No such list.', z.unknown()),
  },
});

/** Deletes a list. It is gone everywhere within a second. */
export const deleteAllowListRoute = newApp().openapi(route, async (c) => {
  const { db, allowLists } = c.var.deps;
  const { scope, subject } = await deleteAllowList(db, c.req.valid('param'), actorOf(c));
  allowLists.forget();
  return c.json({ scope, subject }, 200);
});
