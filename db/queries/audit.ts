import { eq, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
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

/** What of the log is asked for; what is left out does not matter. */
export interface AuditFilter {
  /** One that ends in a dot stands for all that begin with it, like `batch.`. */
  action?: string | undefined;
  status?: AuditRow['status'] | undefined;
  batchId?: string | undefined;
  paymentId?: string | undefined;
  actor?: string | undefined;
  ipAddress?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

interface AuditPage extends AuditFilter {
  /** Only rows older than this id: the last one of the page before. */
  before?: number | undefined;
  limit: number;
}

/** The audit log, newest first. */
export const listAuditLogs = (db: Db, page: AuditPage): Promise<AuditRow[]> =>
  db.orm.query.auditLogs.findMany({
    where: (row, { and, lt }) =>
      and(...matching(page), page.before === undefined ? undefined : lt(row.id, page.before)),
    orderBy: (row, { desc }) => desc(row.id),
    limit: page.limit,
  });

/** The audit log from the oldest row on: those after one id, up to another. */
export const readAuditLogs = (
  db: Db,
  page: AuditFilter & { after: number; upTo: number; limit: number },
): Promise<AuditRow[]> =>
  db.orm.query.auditLogs.findMany({
    where: (row, { and, gt, lte }) =>
      and(...matching(page), gt(row.id, page.after), lte(row.id, page.upTo)),
    orderBy: (row, { asc }) => asc(row.id),
    limit: page.limit,
  });

function matching(filter: AuditFilter): (SQL | undefined)[] {
  const { action, status, batchId, paymentId, actor, ipAddress, from, to } = filter;
  return [
    action?.endsWith('.')
      ? sql`starts_with(${auditLogs.action}, ${action})`
      : equal(auditLogs.action, action),
    equal(auditLogs.status, status),
    equal(auditLogs.batchId, batchId),
    equal(auditLogs.paymentId, paymentId),
    equal(auditLogs.actor, actor),
    equal(auditLogs.ipAddress, ipAddress),
    from && sql`${auditLogs.createdAt} >= ${from.toISOString()}`,
    to && sql`${auditLogs.createdAt} < ${to.toISOString()}`,
  ];
}

const equal = (column: PgColumn, value: string | undefined): SQL | undefined =>
  value === undefined ? undefined : eq(column, value);

/** One row of the log; null where it is not there. */
export async function findAuditLog(db: Db, id: number): Promise<AuditRow | null> {
  const rows = await db.orm.select().from(auditLogs).where(eq(auditLogs.id, id));
  return rows[0] ?? null;
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
