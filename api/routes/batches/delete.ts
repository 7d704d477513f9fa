import { z } from '@hono/zod-openapi';
import { deleteBatch } from '../../../db/queries/stop-batch.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/batches/{id}',
  tags: ['Batches'],
  summary: 'Take a batch back that has not run; its commissions are payable again',
  'x-permission': 'create',
  request: { params: idParams('batch') },
  responses: {
    200: json('Gone from the API; its audit rows stay.', z.object({ success: z.literal(true) })),
    404: json('No such batch.', z.unknown()),
    409: json('It is PROCESSING, SETTLING or ended.', z.unknown()),
  },
});

/** Deletes a batch that never ran. A workflow that waits for its clearance ends by itself. */
export const deleteBatchRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  await deleteBatch(db, { batchId: id, actor: actorOf(c) });
  temporal.signalCleared(id, c.var.log);
  return c.json({ success: true as const }, 200);
});
