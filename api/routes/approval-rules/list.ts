import { z } from '@hono/zod-openapi';
import { listApprovalRules } from '../../../db/queries/approval-rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { approvalRuleOut, toApprovalRule } from '../../schemas/approval.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/approval-rules',
  tags: ['Approval rules'],
  summary: 'All approval rules',
  'x-permission': 'view',
  responses: {
    200: json('All of them.', z.object({ approvalRules: z.array(approvalRuleOut) })),
  },
});

/** Approval rules, the oldest first. */
export const listApprovalRulesRoute = newApp().openapi(route, async (c) => {
  const rows = await listApprovalRules(c.var.deps.db);
  return c.json({ approvalRules: rows.map(toApprovalRule) }, 200);
});
