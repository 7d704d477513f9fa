import { z } from '@hono/zod-openapi';
import { findApprovalRule } from '../../../db/queries/approval-rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { approvalRuleOut, toApprovalRule } from '../../schemas/approval.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/approval-rules/{id}',
  tags: ['Approval rules'],
  summary: 'An approval rule',
  'x-permission': 'view',
  request: { params: idParams('approvalRule') },
  responses: {
    200: json('The rule.', z.object({ approvalRule: approvalRuleOut })),
    404: json('No such rule.', z.unknown()),
  },
});

/** One approval rule. */
export const getApprovalRuleRoute = newApp().openapi(route, async (c) => {
  const row = await findApprovalRule(c.var.deps.db, c.req.valid('param').id);
  return c.json({ approvalRule: toApprovalRule(row) }, 200);
});
