import { z } from '@hono/zod-openapi';
import { createExport } from '../../../db/queries/export/jobs.ts';
import { EXPORT_FORMATS, EXPORT_KINDS } from '../../../domain/report/export.ts';
import { exportBody, exportFilterOf } from '../../exports/asked.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { guardAction } from '../../risk-guard.ts';
import { EXPORTS_PATH, exportOut, toExport } from '../../schemas/export.ts';

const route = endpoint({
  method: 'post',
  path: EXPORTS_PATH,
  tags: ['Exports'],
  summary: 'Order a file of rows, however many',
  'x-permission': 'export',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        kind: z.enum(EXPORT_KINDS),
        format: z.enum(EXPORT_FORMATS).default('csv'),
        filter: exportBody.prefault({}),
      }),
    ),
  },
  responses: {
    202: json('A job makes it; ask for it until it is DONE.', z.object({ export: exportOut })),
  },
});

/** Orders a file, which a job makes. Counted, and refused under a risk event. */
export const createExportRoute = newApp().openapi(route, async (c) => {
  const { kind, format, filter: asked } = c.req.valid('json');
  const { db, limits, temporal } = c.var.deps;
  const actor = actorOf(c);
  const filter = exportFilterOf(kind, asked);
  await limits.exports(actor.id);
  await guardAction(c, 'export');
  const id = c.var.newId('export');
  const made = await createExport(db, { id, kind, format, filter, actor });
  temporal.makeExport(id, c.var.log);
  return c.json({ export: toExport(made) }, 202);
});
