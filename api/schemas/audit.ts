import { z } from '@hono/zod-openapi';
import type { AuditFilter, AuditRow } from '../../db/queries/audit.ts';
import { idOf, instant, iso, line, timeOut } from './common.ts';

export const auditStatus = z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'INFO']);

/** What of the log is asked for, by the list and by the export. */
export const auditFilter = {
  action: line(100)
    .optional()
    .meta({ description: 'One that ends in a dot stands for all that begin with it: `batch.`.' }),
  status: auditStatus.optional(),
  batchId: idOf('batch').optional(),
  paymentId: idOf('payment').optional(),
  actor: line(300).optional(),
  ipAddress: line(45).optional(),
  from: instant.optional().meta({ type: 'string' }),
  to: instant.optional().meta({ type: 'string' }),
};

/** What was asked for, as the audit log keeps it. */
export const shownFilter = (filter: AuditFilter): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

export const auditOut = z
  .object({
    id: z.int(),
    action: z.string(),
    status: auditStatus,
    details: z.record(z.string(), z.unknown()).nullable(),
    actor: z.string(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    batchId: z.string().nullable(),
    paymentId: z.string().nullable(),
    fromState: z.string().nullable(),
    toState: z.string().nullable(),
    createdAt: timeOut,
  })
  .meta({ id: 'AuditLog' });

export const toAudit = ({
  xact: _xact,
  createdAt,
  ...row
}: AuditRow): z.infer<typeof auditOut> => ({ ...row, createdAt: iso(createdAt) });
