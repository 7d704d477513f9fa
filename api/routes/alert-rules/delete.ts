import { z } from '@hono/zod-openapi';
import { deleteAlertRule } from '../../../db/queries/alert-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/alert-rules/{id}',
  tags: ['Alerts'],
  summary: 'Delete an alert rule',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: idParams('alertRule') },
  responses: {
    200: json('Gone. What it found stays, and is over.', z.object({ success: z.literal(true) })),
    404: json('No such rule.', z.unknown()),
  },
});

/** Deletes an alert rule. */
export const deleteAlertRuleRoute = newApp().openapi(route, async (c) => {
  await deleteAlertRule(c.var.deps.db, c.req.valid('param').id, actorOf(c));
  return c.json({ success: true as const }, 200);
});
