import { z } from '@hono/zod-openapi';
import { listProgrammes } from '../../../db/queries/programmes.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf } from '../../schemas/common.ts';
import { programmeOut, toProgramme } from '../../schemas/programme.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/programmes',
  tags: ['Programmes'],
  summary: 'Programmes, in the order in which they were added',
  'x-permission': 'view',
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json(
      'A page.',
      z.object({ programmes: z.array(programmeOut), nextCursor: nextCursorField }),
    ),
  },
});

/** All programmes; the one that is there from the start comes first. */
export const listProgrammesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit } = c.req.valid('query');
  const [after] = readCursor(cursor, z.tuple([idOf('programme')])) ?? [];
  const found = await listProgrammes(c.var.deps.db, after, limit + 1);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ programmes: rows.map(toProgramme), nextCursor }, 200);
});
