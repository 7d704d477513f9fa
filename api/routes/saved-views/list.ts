import { z } from '@hono/zod-openapi';
import { listSavedViews } from '../../../db/queries/saved-views.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { savedViewOut, screenName, toSavedView } from '../../schemas/saved-view.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/saved-views',
  tags: ['Saved views'],
  summary: 'Filters of screens that you have saved, and those that others share, by name',
  'x-permission': 'view',
  request: { query: z.strictObject({ screen: screenName.optional(), ...pageQuery }) },
  responses: {
    200: json(
      'A page.',
      z.object({ savedViews: z.array(savedViewOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Saved views that the caller may look at. */
export const listSavedViewsRoute = newApp().openapi(route, async (c) => {
  const { screen, cursor, limit } = c.req.valid('query');
  const { actor } = c.var.caller;
  const found = await listSavedViews(c.var.deps.db, {
    owner: actor,
    screen,
    after: readCursor(cursor, z.tuple([z.string(), z.string()])),
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.name, row.id]);
  return c.json({ savedViews: rows.map((row) => toSavedView(row, actor)), nextCursor }, 200);
});
