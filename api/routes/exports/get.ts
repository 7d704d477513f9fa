import { z } from '@hono/zod-openapi';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { EXPORTS_PATH, exportOut, toExport } from '../../schemas/export.ts';
import { ownExport } from './own-export.ts';

const route = endpoint({
  method: 'get',
  path: `${EXPORTS_PATH}/{id}`,
  tags: ['Exports'],
  summary: 'How far a file is, and where it is when it is done',
  'x-permission': 'export',
  request: { params: idParams('export') },
  responses: { 200: json('The order.', z.object({ export: exportOut })) },
});

/** One file that was ordered. */
export const getExport = newApp().openapi(route, async (c) => {
  const row = await ownExport(c, c.req.valid('param').id);
  return c.json({ export: toExport(row) }, 200);
});
