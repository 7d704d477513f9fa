import { z } from '@hono/zod-openapi';
import { editBatch } from '../../../db/queries/edit-batch.ts';
import { guardOnce } from '../../../db/queries/guard-batch.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { batchOut } from '../../schemas/batch.ts';
import { idOf, idParams, instant, text } from '../../schemas/common.ts';
import { watchApprovals } from './execute-now.ts';
import { readBatch } from './read-batch.ts';

const body = z
  .strictObject({
    note: text(1_000).nullable(),
    scheduledFor: instant.nullable().meta({ type: 'string', description: 'Not before then.' }),
    removePaymentIds: z
      .array(idOf('payment'))
      .min(1)
      .max(1_000)
      .meta({ description: 'Left out of the batch; what they pay is payable again.' }),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something');

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/batches/{id}',
  tags: ['Batches'],
  summary: 'Change a batch that is PENDING; every approval of it is void then',
  'x-permission': 'create',
  request: { params: idParams('batch'), body: jsonBody(body) },
  responses: {
    200: json('The batch as it is now.', z.object({ batch: batchOut })),
    404: json('No such batch.', z.unknown()),
    409: json('It is not PENDING, or nothing would be left in it.', z.unknown()),
  },
});

/** Changes a batch and tells a workflow that waits for its clearance. */
export const editBatchRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  await editBatch(db, { batchId: id, ...c.req.valid('json'), actor: actorOf(c) });
  await guardOnce(db, id);
  temporal.signalCleared(id, c.var.log);
  await watchApprovals(c, id);
  return c.json({ batch: await readBatch(db, id) }, 200);
});
