import { z } from '@hono/zod-openapi';
import { createApprovalRule, findApprovalRule } from '../../../db/queries/approval-rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { approvalRuleFields, approvalRuleOut, toApprovalRule } from '../../schemas/approval.ts';

const { enabled, ordered, conditions, expiresAfterMinutes, escalateAfterMinutes } =
  approvalRuleFields;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/approval-rules',
  tags: ['Approval rules'],
  summary: 'Say which batches need whose approval',
  'x-permission': 'settings',
  'x-step-up': true,
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        ...approvalRuleFields,
        enabled: enabled.default(true),
        ordered: ordered.default(false),
        conditions: conditions.default({}),
        expiresAfterMinutes: expiresAfterMinutes.default(null),
        escalateAfterMinutes: escalateAfterMinutes.default(null),
      }),
    ),
  },
  responses: {
    201: json(
      'It holds for batches that are made or changed from now on.',
      z.object({ approvalRule: approvalRuleOut }),
    ),
  },
});

/** Makes an approval rule. */
export const createApprovalRuleRoute = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const id = c.var.newId('approvalRule');
  await createApprovalRule(db, { id, content: c.req.valid('json'), actor: actorOf(c) });
  return c.json({ approvalRule: toApprovalRule(await findApprovalRule(db, id)) }, 201);
});
