import { z } from '@hono/zod-openapi';
import { listRiskEvents } from '../../../db/queries/work-risk-events.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf, text } from '../../schemas/common.ts';
import {
  riskEventOut,
  riskLevel,
  riskRule,
  riskStatus,
  toRiskEvent,
} from '../../schemas/risk-event.ts';

const NOBODY = 'none';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/risk-events',
  tags: ['Risk'],
  summary: 'What the rules of suspicious activity found, newest first',
  'x-permission': 'audit',
  request: {
    query: z.strictObject({
      status: riskStatus.optional(),
      level: riskLevel.optional(),
      rule: riskRule.optional(),
      batchId: idOf('batch').optional(),
      payeeId: idOf('payee').optional(),
      actor: text(200).optional(),
      owner: text(200)
        .optional()
        .meta({ description: `Who looks after it; \`${NOBODY}\` for those that nobody owns.` }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ riskEvents: z.array(riskEventOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Risk events. */
export const listRisks = newApp().openapi(route, async (c) => {
  const { cursor, limit, owner, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listRiskEvents(c.var.deps.db, {
    ...filter,
    owner: owner === NOBODY ? null : owner,
    before,
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ riskEvents: rows.map(toRiskEvent), nextCursor }, 200);
});
