import { answerOf, batchApi, type Once } from '../../lib/api.ts';
import type { BatchDetail } from '../../lib/queries.ts';
import type { BatchAction } from './verdicts.ts';

/**
 * Carries an action out. What was looked at goes with a word, so that it binds to nothing else; `once`
 * is the dialog's, so that however often its button is pressed, it is carried out once.
 */
export function carryOut(
  action: BatchAction,
  { id, contentHash }: Pick<BatchDetail, 'id' | 'contentHash'>,
  words: string,
  once: Once,
): Promise<unknown> {
  const batch = batchApi.batches[':id'];
  const param = { id };
  const reason = words === '' ? {} : { reason: words };
  switch (action) {
    case 'approve':
      return answerOf(
        batch.approve.$post({
          param,
          json: { contentHash, ...(words !== '' && { comment: words }) },
        }),
      );
    case 'reject':
      return answerOf(batch.reject.$post({ param, json: { contentHash, comment: words } }));
    case 'execute':
      return answerOf(batch.execute.$post({ param, query: {}, json: {} }, once));
    case 'pause':
      return answerOf(batch.pause.$post({ param, json: reason }, once));
    case 'resume':
      return answerOf(batch.resume.$post({ param, json: reason }, once));
    case 'retry':
      return answerOf(batch.retry.$post({ param, json: {} }, once));
    case 'cancel':
      return answerOf(batch.cancel.$post({ param, json: reason }, once));
    case 'remove':
      return answerOf(batch.$delete({ param }));
  }
}
