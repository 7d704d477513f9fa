import { z } from '@hono/zod-openapi';
import { findAlertRule } from '../../../db/queries/alert-rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { alertRuleOut, toAlertRule } from '../../schemas/alert.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/alert-rules/{id}',
  tags: ['Alerts'],
  summary: 'An alert rule',
  'x-permission': 'settings',
  request: { params: idParams('alertRule') },
  responses: {
    200: json('The rule.', z.object({ alertRule: alertRuleOut })),
    404: json('No such rule.', z.unknown()),
  },
});

/** One alert rule. */
export const getAlertRuleRoute = newApp().openapi(route, async (c) => {
  const row = await findAlertRule(c.var.deps.db, c.req.valid('param').id);
  return c.json({ alertRule: toAlertRule(row) }, 200);
});
