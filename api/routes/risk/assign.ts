import { z } from '@hono/zod-openapi';
import { assignRiskEvent } from '../../../db/queries/work-risk-events.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idParams, text } from '../../schemas/common.ts';
import { riskEventAnswer, toRiskEvent } from '../../schemas/risk-event.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/risk-events/{id}/assign',
  tags: ['Risk'],
  summary: 'Say who looks after a risk event, or that nobody does',
  'x-permission': 'audit',
  request: {
    params: idParams('riskEvent'),
    body: jsonBody(z.strictObject({ owner: text(200).nullable() })),
  },
  responses: {
    200: json('The event as it is now.', riskEventAnswer),
    404: json('No such event.', z.unknown()),
    409: json('It is resolved already.', z.unknown()),
  },
});

/** Gives a risk event an owner. */
export const assignRisk = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { owner } = c.req.valid('json');
  const row = await assignRiskEvent(c.var.deps.db, id, owner, actorOf(c));
  return c.json({ riskEvent: toRiskEvent(row) }, 200);
});
