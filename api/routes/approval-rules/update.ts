import { z } from '@hono/zod-openapi';
import { changeApprovalRule, findApprovalRule } from '../../../db/queries/approval-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { approvalRuleFields, approvalRuleOut, toApprovalRule } from '../../schemas/approval.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/approval-rules/{id}',
  tags: ['Approval rules'],
  summary: 'Change an approval rule',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('approvalRule'),
    body: jsonBody(
      z
        .strictObject(approvalRuleFields)
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json(
      'It holds so for batches that are made or changed from now on.',
      z.object({ approvalRule: approvalRuleOut }),
    ),
    404: json('No such rule.', z.unknown()),
  },
});

/** Changes what is given of an approval rule. */
export const updateApprovalRuleRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  await changeApprovalRule(db, { id, change: c.req.valid('json'), actor: actorOf(c) });
  return c.json({ approvalRule: toApprovalRule(await findApprovalRule(db, id)) }, 200);
});
