import type { RouteApp } from '../../http/endpoint.ts';
import { exportAuditLog } from './export.ts';
import { getAudit } from './get.ts';
import { listAudit } from './list.ts';
import { verifyAuditLog } from './verify.ts';

/** Those with names of their own stand before the one for any id. */
export const AUDIT_ROUTES: readonly RouteApp[] = [
  listAudit,
  verifyAuditLog,
  exportAuditLog,
  getAudit,
];
