import { z } from '@hono/zod-openapi';
import { createAlertRule, findAlertRule } from '../../../db/queries/alert-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { alertRuleFields, alertRuleOut, alertRuleScope, toAlertRule } from '../../schemas/alert.ts';
import { assertEndpoints, assertRule } from './check-rule.ts';

const { windowMinutes, forMinutes, channels, repeatMinutes, enabled } = alertRuleFields;
const { provider, currency } = alertRuleScope;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/alert-rules',
  tags: ['Alerts'],
  summary: 'Say what is watched, and who is told',
  'x-permission': 'settings',
  'x-step-up': true,
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        ...alertRuleFields,
        ...alertRuleScope,
        provider: provider.default(null),
        currency: currency.default(null),
        windowMinutes: windowMinutes.default(60),
        forMinutes: forMinutes.default(0),
        channels: channels.default(['log']),
        repeatMinutes: repeatMinutes.default(null),
        enabled: enabled.default(true),
      }),
    ),
  },
  responses: {
    201: json('It is looked at within a minute.', z.object({ alertRule: alertRuleOut })),
    409: json('The name is taken, or there are too many.', z.unknown()),
  },
});

/** Makes an alert rule. */
export const createAlertRuleRoute = newApp().openapi(route, async (c) => {
  const content = c.req.valid('json');
  assertRule(content);
  await assertEndpoints(c, content.channels);
  const { db } = c.var.deps;
  const id = c.var.newId('alertRule');
  await createAlertRule(db, { id, content, actor: actorOf(c) });
  return c.json({ alertRule: toAlertRule(await findAlertRule(db, id)) }, 201);
});
