import { writeAudit } from '../../../db/queries/audit.ts';
import type { ExportRow } from '../../../db/queries/export/jobs.ts';
import { DomainError } from '../../../domain/errors.ts';
import { streamFile } from '../../exports/file.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { EXPORTS_PATH, FILE_TYPES, fileResponse } from '../../schemas/export.ts';
import { ownExport } from './own-export.ts';

const route = endpoint({
  method: 'get',
  path: `${EXPORTS_PATH}/{id}/file`,
  tags: ['Exports'],
  summary: 'The file that was ordered',
  'x-permission': 'export',
  request: { params: idParams('export') },
  responses: {
    200: fileResponse('The file; `x-export-sha256` is the hash of all of it.'),
    409: refusal(
      'It is not done yet (`export_not_ready`), could not be made (`invalid_state`), or is gone (`export_expired`).',
    ),
  },
});

/** A file that is done. That it was fetched, and by whom, is written down. */
export const getExportFile = newApp().openapi(route, async (c) => {
  const { id, kind, format, sha256, status, rowsDone, bytesDone } = fetchable(
    await ownExport(c, c.req.valid('param').id),
  );
  const { db } = c.var.deps;
  const details = { kind, exportId: id, format, rows: rowsDone, sha256, status };
  await writeAudit(db, { action: 'export.fetched', status: 'INFO', actor: actorOf(c), details });
  return c.body(streamFile(db, id, bytesDone), 200, {
    'content-type': FILE_TYPES[format],
    'content-disposition': `attachment; filename="${kind}.${format}"`,
    'x-export-sha256': sha256 ?? '',
  });
});

/** Throws for a file that is not there: not yet, never, or no longer. */
function fetchable(row: ExportRow): ExportRow {
  const { status, expiresAt, failure } = row;
  if (status === 'QUEUED' || status === 'RUNNING') {
    throw new DomainError(
      'export_not_ready',
      'The file is still being made; ask for the export until its status is DONE.',
    );
  }
  if (status === 'FAILED') {
    throw new DomainError('invalid_state', `There is no file. ${failure ?? ''} Order it again.`);
  }
  if (status === 'EXPIRED' || expiresAt.getTime() <= Date.now()) {
    throw new DomainError('export_expired', 'The file is kept no longer; order it again.');
  }
  return row;
}
