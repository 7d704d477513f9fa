import { z } from '@hono/zod-openapi';
import { findAuditLog, writeAudit } from '../../../db/queries/audit.ts';
import { DomainError } from '../../../domain/errors.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { auditOut, toAudit } from '../../schemas/audit.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/audit-logs/{id}',
  tags: ['Audit'],
  summary: 'One row of the audit log',
  'x-permission': 'audit',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^\d{1,15}$/, 'must be the number of a row')
        .meta({ example: '17' }),
    }),
  },
  responses: { 200: json('The row.', auditOut) },
});

/** One row of the audit log. That it was read is written down itself. */
export const getAudit = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const row = await findAuditLog(db, Number(c.req.valid('param').id));
  if (!row) throw new DomainError('not_found', 'There is no such audit row; check the id.');
  const details = { kind: 'row', id: row.id };
  await writeAudit(db, { action: 'audit.viewed', status: 'INFO', actor: actorOf(c), details });
  return c.json(toAudit(row), 200);
});
