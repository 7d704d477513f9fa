import { z } from '@hono/zod-openapi';
import { listAuditLogs } from '../../../db/queries/audit.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { auditOut, auditStatus, toAudit } from '../../schemas/audit.ts';
import { idOf, instant, text } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/audit-logs',
  tags: ['Audit'],
  summary: 'What happened, newest first',
  'x-permission': 'audit',
  request: {
    query: z.strictObject({
      action: text(100).optional(),
      status: auditStatus.optional(),
      batchId: idOf('batch').optional(),
      paymentId: idOf('payment').optional(),
      actor: text(200).optional(),
      from: instant.optional().meta({ type: 'string' }),
      to: instant.optional().meta({ type: 'string' }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ auditLogs: z.array(auditOut), nextCursor: nextCursorField })),
  },
});

/** The audit log. */
export const listAudit = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const found = await listAuditLogs(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ auditLogs: rows.map(toAudit), nextCursor }, 200);
});
