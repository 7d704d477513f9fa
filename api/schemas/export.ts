import { z } from '@hono/zod-openapi';
import type { ExportRow } from '../../db/queries/export/jobs.ts';
import { EXPORT_FORMATS, EXPORT_STATES } from '../../domain/report/export.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const EXPORTS_PATH = '/api/disbursement/reports/exports';

/** The content types of files. */
export const FILE_TYPES = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
} as const;

/** A file as an answer of the contract. */
export const fileResponse = (description: string) => ({
  description,
  content: {
    'text/csv': { schema: z.string() },
    'application/x-ndjson': { schema: z.string() },
  },
});

export const exportOut = z
  .object({
    id: z.string(),
    kind: z.string(),
    format: z.enum(EXPORT_FORMATS),
    filter: z
      .record(z.string(), z.unknown())
      .meta({ description: 'As it was understood: instants in UTC, amounts in minor units.' }),
    status: z.enum(EXPORT_STATES),
    rowsExpected: z.int().meta({ description: 'Rows that matched when it was ordered.' }),
    rowsDone: z.int(),
    progress: z.number().min(0).max(1),
    bytes: z.int(),
    sha256: z.string().nullable().meta({ description: 'Of the whole file, once it is DONE.' }),
    failure: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
    startedAt: timeOrNull,
    finishedAt: timeOrNull,
    expiresAt: timeOut,
    link: z.string().nullable().meta({ description: 'Where the file is, while it is DONE.' }),
  })
  .meta({ id: 'Export' });

/** An order as answers show it. */
export const toExport = (row: ExportRow): z.infer<typeof exportOut> => ({
  id: row.id,
  kind: row.kind,
  format: row.format,
  filter: row.filter,
  status: row.status,
  rowsExpected: row.rowsExpected,
  rowsDone: row.rowsDone,
  progress: progressOf(row),
  bytes: row.bytesDone,
  sha256: row.sha256,
  failure: row.failure,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  startedAt: isoOrNull(row.startedAt),
  finishedAt: isoOrNull(row.finishedAt),
  expiresAt: iso(row.expiresAt),
  link: row.status === 'DONE' ? `${EXPORTS_PATH}/${row.id}/file` : null,
});

/** A file that is not whole is never told to be. */
function progressOf({ status, rowsDone, rowsExpected }: ExportRow): number {
  if (status === 'DONE' || status === 'EXPIRED') return 1;
  return rowsExpected === 0 ? 0 : Math.min(0.99, rowsDone / rowsExpected);
}
