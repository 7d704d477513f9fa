import { z } from '@hono/zod-openapi';
import { workCase } from '../../../db/queries/work-cases.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { toCase } from '../../schemas/case.ts';
import { idParams, text } from '../../schemas/common.ts';
import { STEP_ANSWERS } from './step-answers.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/cases/{id}/resolve',
  tags: ['Cases'],
  summary: 'Close a case and say how; no payment changes by it',
  'x-permission': 'reconcile',
  request: {
    params: idParams('case'),
    body: jsonBody(z.strictObject({ resolution: text(2_000) })),
  },
  responses: STEP_ANSWERS,
});

/** Resolves a case. */
export const resolveCase = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { resolution } = c.req.valid('json');
  const row = await workCase(c.var.deps.db, id, { do: 'resolve', resolution }, actorOf(c));
  return c.json({ case: toCase(row) }, 200);
});
