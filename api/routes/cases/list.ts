import { z } from '@hono/zod-openapi';
import { listCases } from '../../../db/queries/work-cases.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { caseKind, caseOut, caseStatus, toCase } from '../../schemas/case.ts';
import { idOf, providerName, text } from '../../schemas/common.ts';

const NOBODY = 'none';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/cases',
  tags: ['Cases'],
  summary: 'What a person must look at, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      status: caseStatus.optional(),
      kind: caseKind.optional(),
      provider: providerName.optional(),
      owner: text(200)
        .optional()
        .meta({ description: `Who looks after it; \`${NOBODY}\` for those that nobody owns.` }),
      paymentId: idOf('payment').optional(),
      batchId: idOf('batch').optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ cases: z.array(caseOut), nextCursor: nextCursorField })),
  },
});

/** Cases. */
export const listCasesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, owner, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listCases(c.var.deps.db, {
    ...filter,
    owner: owner === NOBODY ? null : owner,
    before,
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ cases: rows.map(toCase), nextCursor }, 200);
});
