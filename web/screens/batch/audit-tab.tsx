import type { BatchDetail } from '../../lib/queries.ts';
import { AuditList } from '../../ui/audit-list.tsx';

/** What happened to the batch itself, newest first; what happened to a payment is with the payment. */
export const AuditTab = ({ batch }: { batch: BatchDetail }) => <AuditList rows={batch.auditLogs} />;
