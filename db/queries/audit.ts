import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { auditLogs } from '../schema/audit-logs.ts';
import type { Actor } from './actor.ts';

export type AuditRow = typeof auditLogs.$inferSelect;

export interface AuditEntry {
  action: string;
  status: AuditRow['status'];
  actor: Actor;
  details: Record<string, unknown>;
}

/** Writes what happened where no other row changed; changes carry their audit row themselves. */
export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.orm.insert(auditLogs).values({
    action: entry.action,
    status: entry.status,
    actor: entry.actor.id,
    ipAddress: entry.actor.ipAddress,
    userAgent: entry.actor.userAgent,
    details: entry.details,
  });
}

export interface AuditFilter {
  action?: string | undefined;
  status?: AuditRow['status'] | undefined;
  batchId?: string | undefined;
  paymentId?: string | undefined;
  actor?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Only rows older than this id: the last one of the page before. */
  before?: number | undefined;
  limit: number;
}

/** The audit log, newest first. */
export function listAuditLogs(db: Db, filter: AuditFilter): Promise<AuditRow[]> {
  const { before, from, to } = filter;
  return db.orm.query.auditLogs.findMany({
    where: (row, { and, eq, lt }) =>
      and(
        filter.action === undefined ? undefined : eq(row.action, filter.action),
        filter.status === undefined ? undefined : eq(row.status, filter.status),
        filter.batchId === undefined ? undefined : eq(row.batchId, filter.batchId),
        filter.paymentId === undefined ? undefined : eq(row.paymentId, filter.paymentId),
        filter.actor === undefined ? undefined : eq(row.actor, filter.actor),
        from && sql`${row.createdAt} >= ${from.toISOString()}`,
        to && sql`${row.createdAt} < ${to.toISOString()}`,
        before === undefined ? undefined : lt(row.id, before),
      ),
    orderBy: (row, { desc }) => desc(row.id),
    limit: filter.limit,
  });
}

/** Audit rows of a batch as a whole, oldest first; its payments' own are left out. At most 1,000. */
export const listBatchAudit = (db: Db, batchId: string): Promise<AuditRow[]> =>
  db.orm.query.auditLogs.findMany({
    where: (row, { and, eq, isNull }) => and(eq(row.batchId, batchId), isNull(row.paymentId)),
    orderBy: (row, { asc }) => asc(row.id),
    limit: 1_000,
  });

/** The newest audit row of all, or of one batch and its payments; it moves whenever anything does. */
export async function latestAuditId(db: Db, batchId?: string): Promise<number> {
  const rows = await db.run(
    z.object({ id: countColumn }),
    batchId === undefined
      ? 'select coalesce(max(id), 0) as id from audit_logs'
      : 'select coalesce(max(id), 0) as id from audit_logs where batch_id = $1',
    batchId === undefined ? [] : [batchId],
  );
  return onlyRow(rows).id;
}
