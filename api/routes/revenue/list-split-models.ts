import { z } from '@hono/zod-openapi';
import { listSplitModels } from '../../../db/queries/split-models.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import {
  modelVersion,
  projectParams,
  splitModelVersionOut,
  toSplitModelVersion,
} from '../../schemas/revenue.ts';

const route = endpoint({
  method: 'get',
  path: '/revenue/projects/{projectId}/split-models',
  tags: ['Revenue'],
  summary: "Versions of a project's split model, newest first",
  'x-permission': 'view',
  request: { params: projectParams, query: z.strictObject(pageQuery) },
  responses: {
    200: json(
      'A page.',
      z.object({ splitModels: z.array(splitModelVersionOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Who stored which version, and when; what one says is asked for by its version. */
export const listSplitModelsRoute = newApp().openapi(route, async (c) => {
  const { projectId } = c.req.valid('param');
  const { cursor, limit } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([modelVersion])) ?? [];
  const found = await listSplitModels(c.var.deps.db, projectId, before, limit + 1);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.version]);
  const splitModels = rows.map((row) => toSplitModelVersion(projectId, row));
  return c.json({ splitModels, nextCursor }, 200);
});
