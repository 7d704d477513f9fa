import { hc } from 'hono/client';
import type { getAudit } from '../../../api/routes/audit/get.ts';
import type { listAudit } from '../../../api/routes/audit/list.ts';
import type { verifyAuditLog } from '../../../api/routes/audit/verify.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

export const auditApi = hc<Group<typeof getAudit | typeof listAudit | typeof verifyAuditLog>>(
  '/',
  clientOptions,
).api.disbursement['audit-logs'];

export type AuditRow = AnswerOf<typeof auditApi.$get>['auditLogs'][number];
export type SealReport = AnswerOf<typeof auditApi.verify.$get>;
