import { z } from '@hono/zod-openapi';
import { workCase } from '../../../db/queries/work-cases.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { toCase } from '../../schemas/case.ts';
import { idParams, text } from '../../schemas/common.ts';
import { STEP_ANSWERS } from './step-answers.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/cases/{id}/note',
  tags: ['Cases'],
  summary: 'Write down what was found out; earlier notes stay in the audit log',
  'x-permission': 'reconcile',
  request: {
    params: idParams('case'),
    body: jsonBody(z.strictObject({ note: text(2_000) })),
  },
  responses: STEP_ANSWERS,
});

/** Sets the note of a case. */
export const noteCase = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { note } = c.req.valid('json');
  const row = await workCase(c.var.deps.db, id, { do: 'note', note }, actorOf(c));
  return c.json({ case: toCase(row) }, 200);
});
