import { z } from '@hono/zod-openapi';
import { workCase } from '../../../db/queries/work-cases.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { toCase } from '../../schemas/case.ts';
import { idParams, text } from '../../schemas/common.ts';
import { STEP_ANSWERS } from './step-answers.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/cases/{id}/assign',
  tags: ['Cases'],
  summary: 'Say who looks after a case, or that nobody does',
  'x-permission': 'reconcile',
  request: {
    params: idParams('case'),
    body: jsonBody(z.strictObject({ owner: text(200).nullable() })),
  },
  responses: STEP_ANSWERS,
});

/** Gives a case an owner. */
export const assignCase = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { owner } = c.req.valid('json');
  const row = await workCase(c.var.deps.db, id, { do: 'assign', owner }, actorOf(c));
  return c.json({ case: toCase(row) }, 200);
});
