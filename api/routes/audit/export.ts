import { z } from '@hono/zod-openapi';
import { EXPORT_FORMATS, exportAudit } from '../../audit-export.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';
import { guardAction } from '../../risk-guard.ts';
import { auditFilter } from '../../schemas/audit.ts';

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' } as const;

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/audit-logs/export',
  tags: ['Audit'],
  summary: 'The audit log as a file, oldest first',
  'x-permission': 'audit',
  request: {
    query: z.strictObject({ format: z.enum(EXPORT_FORMATS).default('csv'), ...auditFilter }),
  },
  responses: {
    200: {
      description: 'The rows. Those that are written meanwhile are not in it.',
      content: {
        'text/csv': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
    409: refusal('A risk event holds what the caller does (`risk_hold`).'),
  },
});

/** The audit log as CSV or as lines of JSON, of any size. Counted, and refused under a risk event. */
export const exportAuditLog = newApp().openapi(route, async (c) => {
  const { format, ...filter } = c.req.valid('query');
  const { db, limits } = c.var.deps;
  await limits.exports(actorOf(c).id);
  await guardAction(c, 'export');
  const stream = await exportAudit(db, { format, filter, actor: actorOf(c) });
  return c.body(stream, 200, {
    'content-type': TYPES[format],
    'content-disposition': `attachment; filename="audit-logs.${format}"`,
    'cache-control': 'no-store',
  });
});
