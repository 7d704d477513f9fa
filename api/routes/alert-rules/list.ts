import { z } from '@hono/zod-openapi';
import { listAlertRules } from '../../../db/queries/alert-rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { alertRuleOut, toAlertRule } from '../../schemas/alert.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/alert-rules',
  tags: ['Alerts'],
  summary: 'All alert rules',
  'x-permission': 'settings',
  responses: {
    200: json('All of them.', z.object({ alertRules: z.array(alertRuleOut) })),
  },
});

/** Alert rules, the oldest first. */
export const listAlertRulesRoute = newApp().openapi(route, async (c) => {
  const rows = await listAlertRules(c.var.deps.db);
  return c.json({ alertRules: rows.map(toAlertRule) }, 200);
});
