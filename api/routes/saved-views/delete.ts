import { z } from '@hono/zod-openapi';
import { deleteSavedView } from '../../../db/queries/saved-views.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/saved-views/{id}',
  tags: ['Saved views'],
  summary: 'Delete a view that you have saved',
  'x-permission': 'view',
  request: { params: idParams('savedView') },
  responses: {
    200: json('Gone.', z.object({ success: z.literal(true) })),
    404: json('No such view.', z.unknown()),
  },
});

/** Deletes a view of the caller's own. */
export const deleteSavedViewRoute = newApp().openapi(route, async (c) => {
  await deleteSavedView(c.var.deps.db, c.req.valid('param').id, actorOf(c));
  return c.json({ success: true as const }, 200);
});
