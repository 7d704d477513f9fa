import { z } from '@hono/zod-openapi';
import { changeSavedView, findSavedView } from '../../../db/queries/saved-views.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { savedViewFields, savedViewOut, toSavedView } from '../../schemas/saved-view.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/saved-views/{id}',
  tags: ['Saved views'],
  summary: 'Change a view that you have saved',
  'x-permission': 'view',
  request: {
    params: idParams('savedView'),
    body: jsonBody(
      z
        .strictObject(savedViewFields)
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json('The view.', z.object({ savedView: savedViewOut })),
    404: json('No such view.', z.unknown()),
  },
});

/** Changes what is given of a view of the caller's own. */
export const updateSavedViewRoute = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const { id } = c.req.valid('param');
  const actor = actorOf(c);
  await changeSavedView(db, id, c.req.valid('json'), actor);
  return c.json({ savedView: toSavedView(await findSavedView(db, id, actor.id), actor.id) }, 200);
});
