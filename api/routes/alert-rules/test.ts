import { z } from '@hono/zod-openapi';
import { testAlertRule } from '../../../db/queries/alert-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/alert-rules/{id}/test',
  tags: ['Alerts'],
  summary: 'Send a test to every channel of a rule',
  'x-permission': 'settings',
  'x-step-up': true,
  'x-idempotent': true,
  request: {
    params: idParams('alertRule'),
    body: optionalJsonBody(z.strictObject({})),
  },
  responses: {
    202: json(
      'On its way; look at the notices of this alert, which no list shows.',
      z.object({ alertId: z.string() }),
    ),
    404: json('No such rule.', z.unknown()),
  },
});

/** Writes a test for each channel, and has it sent. */
export const testAlertRuleRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const alertId = c.var.newId('alert');
  await testAlertRule(c.var.deps.db, { id, alertId, actor: actorOf(c) });
  return c.json({ alertId }, 202);
});
