import { z } from '@hono/zod-openapi';
import { createSavedView, findSavedView } from '../../../db/queries/saved-views.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import {
  savedViewFields,
  savedViewOut,
  screenName,
  toSavedView,
} from '../../schemas/saved-view.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/saved-views',
  tags: ['Saved views'],
  summary: 'Save the filters of a screen under a name',
  'x-permission': 'view',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        screen: screenName,
        ...savedViewFields,
        shared: savedViewFields.shared.default(false),
      }),
    ),
  },
  responses: { 201: json('The view.', z.object({ savedView: savedViewOut })) },
});

/** Saves a view of the caller's own. */
export const createSavedViewRoute = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const actor = actorOf(c);
  const id = c.var.newId('savedView');
  await createSavedView(db, id, c.req.valid('json'), actor);
  return c.json({ savedView: toSavedView(await findSavedView(db, id, actor.id), actor.id) }, 201);
});
