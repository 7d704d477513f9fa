import { z } from '@hono/zod-openapi';
import { deleteApprovalRule } from '../../../db/queries/approval-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/approval-rules/{id}',
  tags: ['Approval rules'],
  summary: 'Delete an approval rule',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: idParams('approvalRule') },
  responses: {
    200: json(
      'Gone. What it asked of batches that are there stays asked.',
      z.object({ success: z.literal(true) }),
    ),
    404: json('No such rule.', z.unknown()),
  },
});

/** Deletes an approval rule. */
export const deleteApprovalRuleRoute = newApp().openapi(route, async (c) => {
  await deleteApprovalRule(c.var.deps.db, c.req.valid('param').id, actorOf(c));
  return c.json({ success: true as const }, 200);
});
