import { z } from '@hono/zod-openapi';
import { findRiskEvent } from '../../../db/queries/work-risk-events.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { riskEventAnswer, toRiskEvent } from '../../schemas/risk-event.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/risk-events/{id}',
  tags: ['Risk'],
  summary: 'One risk event',
  'x-permission': 'audit',
  request: { params: idParams('riskEvent') },
  responses: {
    200: json('The event.', riskEventAnswer),
    404: json('No such event.', z.unknown()),
  },
});

/** One risk event. */
export const getRisk = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  return c.json({ riskEvent: toRiskEvent(await findRiskEvent(c.var.deps.db, id)) }, 200);
});
