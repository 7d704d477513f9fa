import { z } from '@hono/zod-openapi';
import { deleteExport } from '../../../db/queries/export/jobs.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { EXPORTS_PATH } from '../../schemas/export.ts';
import { ownExport } from './own-export.ts';

const route = endpoint({
  method: 'delete',
  path: `${EXPORTS_PATH}/{id}`,
  tags: ['Exports'],
  summary: 'Stop the making of a file, or give the file up',
  'x-permission': 'export',
  request: { params: idParams('export') },
  responses: {
    200: json(
      'It cannot be fetched any more; the order stays in the list.',
      z.object({ success: z.literal(true) }),
    ),
  },
});

/** Stops a job, or ends the life of its file. */
export const deleteExportRoute = newApp().openapi(route, async (c) => {
  const { id } = await ownExport(c, c.req.valid('param').id);
  await deleteExport(c.var.deps.db, id, actorOf(c));
  return c.json({ success: true as const }, 200);
});
