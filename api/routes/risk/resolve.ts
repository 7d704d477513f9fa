import { z } from '@hono/zod-openapi';
import { assessBatch } from '../../../db/queries/assess-batch.ts';
import { releaseRisk } from '../../../db/queries/risk-release.ts';
import { resolveRiskEvent } from '../../../db/queries/work-risk-events.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idParams, text } from '../../schemas/common.ts';
import { riskEventAnswer, riskResolution, toRiskEvent } from '../../schemas/risk-event.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/risk-events/{id}/resolve',
  tags: ['Risk'],
  summary: 'Decide about a risk event; what it held goes on, or is cancelled where it is confirmed',
  'x-permission': 'audit',
  request: {
    params: idParams('riskEvent'),
    body: jsonBody(z.strictObject({ resolution: riskResolution, reason: text(2_000) })),
  },
  responses: {
    200: json('The event as it is now.', riskEventAnswer),
    403: json('It is about you: own_risk_event.', z.unknown()),
    404: json('No such event.', z.unknown()),
    409: json('It is resolved already.', z.unknown()),
  },
});

/**
 * Resolves a risk event. Should the process end before what it held is let go, the worker's watch over
 * risk events does that.
 */
export const resolveRisk = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  const row = await resolveRiskEvent(db, id, c.req.valid('json'), actorOf(c));
  const moved = await releaseRisk(db, id);
  if (row.batchId !== null) await assessBatch(db, row.batchId);
  for (const batchId of new Set([...moved, ...(row.batchId === null ? [] : [row.batchId])])) {
    temporal.wakeBatch(batchId, c.var.log);
  }
  return c.json({ riskEvent: toRiskEvent(row) }, 200);
});
