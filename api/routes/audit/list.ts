import { z } from '@hono/zod-openapi';
import { listAuditLogs, writeAudit } from '../../../db/queries/audit.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { auditFilter, auditOut, shownFilter, toAudit } from '../../schemas/audit.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/audit-logs',
  tags: ['Audit'],
  summary: 'What happened, newest first',
  'x-permission': 'audit',
  request: { query: z.strictObject({ ...auditFilter, ...pageQuery }) },
  responses: {
    200: json('A page.', z.object({ auditLogs: z.array(auditOut), nextCursor: nextCursorField })),
  },
});

/** The audit log. That it was read, and by whom, is written down itself. */
export const listAudit = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const { db } = c.var.deps;
  const [before] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const found = await listAuditLogs(db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  const details = { kind: 'list', filter: shownFilter(filter), rows: rows.length };
  await writeAudit(db, { action: 'audit.viewed', status: 'INFO', actor: actorOf(c), details });
  return c.json({ auditLogs: rows.map(toAudit), nextCursor }, 200);
});
