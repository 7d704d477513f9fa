import { z } from '@hono/zod-openapi';
import { decideBatch } from '../../../db/queries/approve-batch.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { json, jsonBody } from '../../http/endpoint.ts';
import { batchOut } from '../../schemas/batch.ts';
import { idParams, text } from '../../schemas/common.ts';
import { readBatch } from './read-batch.ts';

const body = z.strictObject({
  contentHash: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: "The batch's, as it was looked at." }),
  comment: text(1_000).optional(),
});

/** The declaration that approve and reject share. */
export const decision = {
  method: 'post' as const,
  tags: ['Batches'],
  'x-permission': 'approve' as const,
  request: { params: idParams('batch'), body: jsonBody(body) },
  responses: {
    200: json('Kept.', z.object({ batch: batchOut })),
    404: json('No such batch.', z.unknown()),
    409: json('It is not what was looked at (`content_changed`), or `invalid_state`.', z.unknown()),
  },
};

/** Keeps the word, and tells a workflow that may wait for it. */
export async function decide(
  c: AppContext,
  batchId: string,
  word: 'approved' | 'rejected',
  { contentHash, comment }: z.infer<typeof body>,
) {
  const { db, temporal } = c.var.deps;
  await decideBatch(db, { batchId, decision: word, contentHash, comment, actor: actorOf(c) });
  temporal.signalCleared(batchId, c.var.log);
  return { batch: await readBatch(db, batchId) };
}
