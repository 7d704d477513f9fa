import { z } from '@hono/zod-openapi';
import { listRules } from '../../../db/queries/rules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf } from '../../schemas/common.ts';
import {
  groupName as groupField,
  ruleOut,
  toRule,
  toVersion,
  versionOut,
} from '../../schemas/rule.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/rules',
  tags: ['Rules'],
  summary: 'Rules with the newest version of each',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      programmeId: idOf('programme').optional(),
      affiliateId: idOf('payee').optional(),
      groupName: groupField.optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({
        rules: z.array(ruleOut.extend({ latest: versionOut })),
        nextCursor: nextCursorField,
      }),
    ),
  },
});

/** Rules of all programmes, or of one, of an affiliate or a group alone. */
export const listRulesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, programmeId, affiliateId, groupName } = c.req.valid('query');
  const [after] = readCursor(cursor, z.tuple([idOf('rule')])) ?? [];
  const filter = { programmeId, payeeId: affiliateId, groupName, after, limit: limit + 1 };
  const found = await listRules(c.var.deps.db, filter);
  const { rows, nextCursor } = pageOf(found, limit, ({ rule }) => [rule.id]);
  const rules = rows.map(({ rule, latest }) => ({ ...toRule(rule), latest: toVersion(latest) }));
  return c.json({ rules, nextCursor }, 200);
});
