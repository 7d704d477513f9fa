import { z } from '@hono/zod-openapi';
import { findRule } from '../../../db/queries/rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { ruleOut, toRule, toVersion, versionOut } from '../../schemas/rule.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/rules/{id}',
  tags: ['Rules'],
  summary: 'A rule with all of its versions, newest first',
  'x-permission': 'view',
  request: { params: idParams('rule') },
  responses: {
    200: json('The rule.', z.object({ rule: ruleOut, versions: z.array(versionOut) })),
    404: json('No such rule.', z.unknown()),
  },
});

/** One rule. */
export const getRule = newApp().openapi(route, async (c) => {
  const found = await findRule(c.var.deps.db, c.req.valid('param').id);
  if (!found) throw notFound('rule');
  return c.json({ rule: toRule(found.rule), versions: found.versions.map(toVersion) }, 200);
});
