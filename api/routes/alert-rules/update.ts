import { z } from '@hono/zod-openapi';
import { changeAlertRule, findAlertRule } from '../../../db/queries/alert-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { alertRuleFields, alertRuleOut, toAlertRule } from '../../schemas/alert.ts';
import { idParams } from '../../schemas/common.ts';
import { assertEndpoints, assertRule } from './check-rule.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/alert-rules/{id}',
  tags: ['Alerts'],
  summary: 'Change an alert rule, or switch it on or off',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('alertRule'),
    body: jsonBody(
      z
        .strictObject(alertRuleFields)
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json(
      'It is looked at anew within a minute; what fired ends where it was switched off.',
      z.object({ alertRule: alertRuleOut }),
    ),
    404: json('No such rule.', z.unknown()),
    409: json('The name is taken.', z.unknown()),
  },
});

/** Changes what is given of an alert rule. */
export const updateAlertRuleRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const change = c.req.valid('json');
  const { db } = c.var.deps;
  const { threshold, windowMinutes, ...rule } = await findAlertRule(db, id);
  assertRule({
    ...rule,
    threshold: change.threshold ?? threshold,
    windowMinutes: change.windowMinutes ?? windowMinutes,
  });
  await assertEndpoints(c, change.channels ?? []);
  await changeAlertRule(db, { id, change, actor: actorOf(c) });
  return c.json({ alertRule: toAlertRule(await findAlertRule(db, id)) }, 200);
});
