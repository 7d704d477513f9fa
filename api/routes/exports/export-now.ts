import { z } from '@hono/zod-openapi';
import { countMatching } from '../../../db/queries/export/source.ts';
import { EXPORT_SOURCES } from '../../../db/queries/export/sources.ts';
import { DomainError } from '../../../domain/errors.ts';
import { DIRECT_ROWS_MAX, EXPORT_FORMATS, EXPORT_KINDS } from '../../../domain/report/export.ts';
import { exportFilterOf, exportQuery } from '../../exports/asked.ts';
import { streamExport } from '../../exports/stream.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';
import { guardAction } from '../../risk-guard.ts';
import { FILE_TYPES, fileResponse } from '../../schemas/export.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/reports/export',
  tags: ['Exports'],
  summary: 'Rows as a file, at once',
  'x-permission': 'export',
  request: {
    query: z.strictObject({
      kind: z.enum(EXPORT_KINDS),
      format: z.enum(EXPORT_FORMATS).default('csv'),
      ...exportQuery,
    }),
  },
  responses: {
    200: fileResponse('The rows. Those that are made meanwhile are not in it.'),
    409: refusal(
      'More than 100,000 rows match (`export_too_large`), or a risk event holds what the caller does (`risk_hold`).',
    ),
  },
});

/** Rows as a file, at once. Counted, and refused under a risk event. */
export const exportNow = newApp().openapi(route, async (c) => {
  const { kind, format, ...asked } = c.req.valid('query');
  const { db, limits } = c.var.deps;
  const actor = actorOf(c);
  const filter = exportFilterOf(kind, asked);
  await limits.exports(actor.id);
  const { rows, asOf } = await countMatching(db, EXPORT_SOURCES[kind], filter, DIRECT_ROWS_MAX);
  if (rows > DIRECT_ROWS_MAX) throw tooLarge();
  await guardAction(c, 'export');
  const stream = await streamExport(db, { kind, format, filter, asOf, actor });
  return c.body(stream, 200, {
    'content-type': FILE_TYPES[format],
    'content-disposition': `attachment; filename="${kind}.${format}"`,
  });
});

const tooLarge = (): DomainError =>
  new DomainError(
    'export_too_large',
    `More than ${DIRECT_ROWS_MAX.toLocaleString('en')} rows match; order the file by POST /api/disbursement/reports/exports, or ask for fewer.`,
  );
