import { findSplitModel, storeSplitModel } from '../../../db/queries/split-models.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import {
  projectParams,
  splitModelIn,
  storedSplitModelOut,
  toSplitModel,
  toStoredSplitModel,
} from '../../schemas/revenue.ts';

const route = endpoint({
  method: 'put',
  path: '/revenue/projects/{projectId}/split-model',
  tags: ['Revenue'],
  summary: 'Say how a project divides what its escrows release',
  'x-permission': 'rules',
  request: { params: projectParams, body: jsonBody(splitModelIn) },
  responses: { 200: json('The model, as a new version.', storedSplitModelOut) },
});

/** Keeps a model as the newest version; releases that were scheduled keep theirs. */
export const storeSplitModelRoute = newApp().openapi(route, async (c) => {
  const { projectId } = c.req.valid('param');
  const { db } = c.var.deps;
  const model = toSplitModel(c.req.valid('json'));
  const version = await storeSplitModel(db, { projectId, model, actor: actorOf(c) });
  const stored = await findSplitModel(db, projectId, version);
  if (!stored) throw notFound('split model');
  return c.json(toStoredSplitModel(projectId, stored), 200);
});
