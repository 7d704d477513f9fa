import { z } from '@hono/zod-openapi';
import { acknowledgeAlert } from '../../../db/queries/alerts.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { alertOut, toAlert } from '../../schemas/alert.ts';
import { idParams, text } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/alerts/{id}/acknowledge',
  tags: ['Alerts'],
  summary: 'Say that somebody sees to it: it is not told again while it lasts',
  'x-permission': 'reconcile',
  request: {
    params: idParams('alert'),
    body: optionalJsonBody(z.strictObject({ note: text(2_000).optional() })),
  },
  responses: {
    200: json('The alert as it is now.', z.object({ alert: alertOut })),
    404: json('No such alert.', z.unknown()),
    409: json('It does not fire, or somebody was first.', z.unknown()),
  },
});

/** Acknowledges an alert. */
export const acknowledgeAlertRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { note = null } = c.req.valid('json');
  const row = await acknowledgeAlert(c.var.deps.db, { id, note, actor: actorOf(c) });
  return c.json({ alert: toAlert(row) }, 200);
});
