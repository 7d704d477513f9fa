import { createHash } from 'node:crypto';
import type { Db } from '../db/client.ts';
import type { Actor } from '../db/queries/actor.ts';
import {
  latestAuditId,
  readAuditLogs,
  writeAudit,
  type AuditFilter,
  type AuditRow,
} from '../db/queries/audit.ts';
import { newId } from '../db/new-id.ts';
import { toCsv } from '../domain/csv.ts';
import { shownFilter, toAudit } from './schemas/audit.ts';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ROWS_PER_PAGE = 1_000;

const COLUMNS = [
  'id',
  'createdAt',
  'action',
  'status',
  'actor',
  'ipAddress',
  'userAgent',
  'batchId',
  'paymentId',
  'fromState',
  'toState',
  'details',
] as const;

export interface ExportRequest {
  format: ExportFormat;
  filter: AuditFilter;
  actor: Actor;
}

/**
 * The rows that match, oldest first, as bytes; read a page at a time, when the reader wants more. What
 * is exported is written down first, and at the end how many rows went out and the hash of them; that
 * the reader went away, or that reading failed, is written down in its place. A failure errors the
 * stream, so that nobody takes a part for the whole.
 */
export async function exportAudit(
  db: Db,
  { format, filter, actor }: ExportRequest,
): Promise<ReadableStream<Uint8Array>> {
  const exportId = newId('export');
  const upTo = await latestAuditId(db);
  const what = { kind: 'audit_logs', exportId, format };
  const details = { ...what, filter: shownFilter(filter) };
  await writeAudit(db, { action: 'export.created', status: 'SUCCESS', actor, details });
  const hash = createHash('sha256');
  let after = 0;
  let rows = 0;
  const finish = (status: 'SUCCESS' | 'FAILURE'): Promise<void> => {
    const details = { ...what, rows, sha256: hash.copy().digest('hex') };
    return writeAudit(db, { action: 'export.finished', status, actor, details });
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const page = await readAuditLogs(db, { ...filter, after, upTo, limit: ROWS_PER_PAGE });
          const bytes = Buffer.from(written(page, format, rows === 0));
          hash.update(bytes);
          rows += page.length;
          after = page.at(-1)?.id ?? after;
          const over = page.length < ROWS_PER_PAGE;
          if (over) await finish('SUCCESS');
          if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
          if (over) controller.close();
        } catch (error) {
          await finish('FAILURE').catch(() => {});
          controller.error(error);
        }
      },
      cancel: () => finish('FAILURE').catch(() => {}),
    },
    { highWaterMark: 1 },
  );
}

function written(page: readonly AuditRow[], format: ExportFormat, first: boolean): string {
  const rows = page.map(toAudit);
  return format === 'csv'
    ? toCsv(
        rows.map((row) => COLUMNS.map((name) => csvCell(row[name]))),
        first ? COLUMNS : null,
      )
    : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const csvCell = (value: unknown): string | number | null =>
  value === null || typeof value === 'string' || typeof value === 'number'
    ? value
    : JSON.stringify(value);
