import { z } from '@hono/zod-openapi';
import { listHolds } from '../../../db/queries/holds.ts';
import { HOLD_SUBJECTS } from '../../../db/schema/holds.ts';
import { ID_PREFIXES } from '../../../domain/ids.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { boolQuery } from '../../schemas/common.ts';
import { heldId, holdKind, holdOut, holdSubject, toHold } from '../../schemas/hold.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/holds',
  tags: ['Holds'],
  summary: 'Who and what is on hold, or was, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      subject: holdSubject.optional(),
      id: heldId.optional().meta({ description: 'Of an affiliate, a commission or a payment.' }),
      kind: holdKind.optional(),
      active: boolQuery.optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ holds: z.array(holdOut), nextCursor: nextCursorField })),
  },
});

/** Holds. */
export const listHoldsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, id, subject, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listHolds(c.var.deps.db, {
    ...filter,
    subject: subject ?? HOLD_SUBJECTS.find((one) => id?.startsWith(ID_PREFIXES[one])),
    subjectId: id,
    before,
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ holds: rows.map(toHold), nextCursor }, 200);
});
