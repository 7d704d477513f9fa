import { z } from '@hono/zod-openapi';
import { SYSTEM } from '../../../db/queries/actor.ts';
import { decideBatch } from '../../../db/queries/approve-batch.ts';
import { batchState } from '../../../db/queries/batch-state.ts';
import { queueIfCleared } from '../../../db/queries/queue-batch.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { json, jsonBody } from '../../http/endpoint.ts';
import { requireFreshProof } from '../../http/step-up.ts';
import { guardAction } from '../../risk-guard.ts';
import { batchOut } from '../../schemas/batch.ts';
import { idParams, text } from '../../schemas/common.ts';
import { isHighValue } from './high-value.ts';
import { readBatch } from './read-batch.ts';

const contentHash = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: "The batch's, as it was looked at." });

/** The declaration that approve and reject share; who rejects says why. */
const decision = <Comment extends z.ZodType>(comment: Comment) => ({
  method: 'post' as const,
  tags: ['Batches'],
  'x-permission': 'approve' as const,
  request: {
    params: idParams('batch'),
    body: jsonBody(z.strictObject({ contentHash, comment })),
  },
  responses: {
    200: json('Kept.', z.object({ batch: batchOut })),
    404: json('No such batch.', z.unknown()),
    409: json(
      'It is not what was looked at (`content_changed`), others come first (`not_your_turn`), or `invalid_state`.',
      z.unknown(),
    ),
  },
});

export const approval = decision(text(1_000).optional());
export const rejection = decision(text(1_000));

interface Words {
  contentHash: string;
  comment?: string | undefined;
}

/**
 * Keeps the word. Where it was the last one that was missing, the batch runs if that was asked for.
 * Whoever approves payments of high value has proved a moment ago who they are.
 */
export async function decide(
  c: AppContext,
  batchId: string,
  word: 'approved' | 'rejected',
  { contentHash: seen, comment }: Words,
) {
  const { db, temporal } = c.var.deps;
  const { kind, role } = c.var.caller;
  await batchState(db, batchId);
  if (word === 'approved' && kind === 'user') await guardAction(c, 'approve', { batchId });
  if (word === 'approved' && (await isHighValue(c, batchId))) await requireFreshProof(c);
  await decideBatch(db, {
    batchId,
    decision: word,
    contentHash: seen,
    comment,
    actor: actorOf(c),
    role: kind === 'user' ? role : null,
  });
  const cleared = await queueIfCleared(db, batchId, SYSTEM, { onlyIfRequested: true });
  if (cleared) temporal.wakeBatch(batchId, c.var.log);
  else temporal.signalCleared(batchId, c.var.log);
  return { batch: await readBatch(db, batchId) };
}
