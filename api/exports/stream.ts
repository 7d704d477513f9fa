import { createHash } from 'node:crypto';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import type { Actor } from '../../db/queries/actor.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import type { ExportFilter } from '../../db/queries/export/filter.ts';
import { shownExportFilter } from '../../db/queries/export/jobs.ts';
import type { ExportPlace } from '../../db/queries/export/source.ts';
import { EXPORT_SOURCES } from '../../db/queries/export/sources.ts';
import { exportText } from '../../domain/report/export-text.ts';
import type { ExportFormat, ExportKind } from '../../domain/report/export.ts';

export interface DirectExport {
  kind: ExportKind;
  format: ExportFormat;
  filter: ExportFilter;
  /** Rows that were made later are not in it. */
  asOf: string;
  actor: Actor;
}

/**
 * The rows that match as bytes, read a page at a time when the reader wants more. That they go out is
 * written down first, and at the end how many did and the hash of them; or, in its place, that the reader
 * went away or reading failed, which errors the stream, so that nobody takes a part for the whole.
 */
export async function streamExport(
  db: Db,
  { kind, format, filter, asOf, actor }: DirectExport,
): Promise<ReadableStream<Uint8Array>> {
  const source = EXPORT_SOURCES[kind];
  const what = { kind, exportId: newId('export'), format };
  const details = { ...what, filter: shownExportFilter(filter) };
  await writeAudit(db, { action: 'export.created', status: 'SUCCESS', actor, details });
  const hash = createHash('sha256');
  let after: ExportPlace | null = null;
  let header = true;
  let rows = 0;
  const finish = (status: 'SUCCESS' | 'FAILURE'): Promise<void> => {
    const details = { ...what, rows, sha256: hash.copy().digest('hex') };
    return writeAudit(db, { action: 'export.finished', status, actor, details });
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const page = await source.readPage(db, { filter, asOf, after, many: false });
          const bytes = Buffer.from(exportText({ ...source, rows: page.rows }, format, header));
          hash.update(bytes);
          [header, after] = [false, page.next];
          rows += page.rows.length;
          if (!page.next) await finish('SUCCESS');
          if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
          if (!page.next) controller.close();
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
