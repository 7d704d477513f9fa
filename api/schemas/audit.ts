import { z } from '@hono/zod-openapi';
import type { AuditRow } from '../../db/queries/audit.ts';
import { iso, timeOut } from './common.ts';

export const auditStatus = z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'INFO']);

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
