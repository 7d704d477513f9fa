import { z } from '@hono/zod-openapi';
import { listExports } from '../../../db/queries/export/jobs.ts';
import { callerHolds } from '../../http/caller.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { EXPORTS_PATH, exportOut, toExport } from '../../schemas/export.ts';

const route = endpoint({
  method: 'get',
  path: EXPORTS_PATH,
  tags: ['Exports'],
  summary: 'Files that were ordered, newest first: own ones; all of them for who holds `audit`',
  'x-permission': 'export',
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json('A page.', z.object({ exports: z.array(exportOut), nextCursor: nextCursorField })),
  },
});

/** Files that were ordered. */
export const listExportsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const { caller, deps } = c.var;
  const createdBy = callerHolds(caller, 'audit') ? undefined : caller.actor;
  const found = await listExports(deps.db, { createdBy, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, ({ id }) => [id]);
  return c.json({ exports: rows.map(toExport), nextCursor }, 200);
});
