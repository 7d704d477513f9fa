import { z } from '@hono/zod-openapi';
import { findSplitModel } from '../../../db/queries/split-models.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import {
  modelVersionQuery,
  projectParams,
  storedSplitModelOut,
  toStoredSplitModel,
} from '../../schemas/revenue.ts';

const route = endpoint({
  method: 'get',
  path: '/revenue/projects/{projectId}/split-model',
  tags: ['Revenue'],
  summary: 'How a project divides what its escrows release',
  'x-permission': 'view',
  request: { params: projectParams, query: z.strictObject({ version: modelVersionQuery }) },
  responses: {
    200: json('The model.', storedSplitModelOut),
    404: json('The project has no split model, or not that version.', z.unknown()),
  },
});

/** One version of a split model. */
export const getSplitModel = newApp().openapi(route, async (c) => {
  const { projectId } = c.req.valid('param');
  const { version } = c.req.valid('query');
  const stored = await findSplitModel(c.var.deps.db, projectId, version);
  if (!stored) throw notFound('split model');
  return c.json(toStoredSplitModel(projectId, stored), 200);
});
