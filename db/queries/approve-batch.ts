import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { newId } from '../new-id.ts';
import type { Actor } from './actor.ts';
import { batchState } from './batch-state.ts';

export interface Decision {
  batchId: string;
  decision: 'approved' | 'rejected';
  /** What the approver saw; another content of the batch voids the word. */
  contentHash: string;
  comment?: string | undefined;
  actor: Actor;
}

/**
 * Keeps one person's word on the content of a PENDING batch; a second word of the same person
 * replaces the first. Throws `not_found`, `own_batch` for its creator, `content_changed`,
 * `invalid_state`.
 */
export async function decideBatch(db: Db, input: Decision): Promise<void> {
  const state = await batchState(db, input.batchId);
  if (state.created_by === input.actor.id) {
    throw new DomainError(
      'own_batch',
      'Whoever made a batch does not decide on it; ask another approver.',
    );
  }
  if (state.content_hash !== input.contentHash) {
    throw new DomainError('content_changed', 'The batch is not what you looked at; read it again.');
  }
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with word as (
       insert into approvals (id, batch_id, content_hash, decision, actor, comment)
       select $2, b.id, b.content_hash, $3, $4, $5 from batches b
       where b.id = $1 and b.status = 'PENDING' and b.content_hash = $6 and b.created_by <> $4
       on conflict (batch_id, content_hash, actor) do update set decision = excluded.decision, comment = excluded.comment
       returning id, batch_id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
       select 'batch.' || $3, case $3 when 'approved' then 'SUCCESS' else 'WARNING' end, batch_id, $4, $7, $8,
         jsonb_build_object('comment', $5::text, 'contentHash', $6::text)
       from word
     )
     select id from word`,
    [
      input.batchId,
      newId('approval'),
      input.decision,
      input.actor.id,
      input.comment ?? null,
      input.contentHash,
      input.actor.ipAddress,
      input.actor.userAgent,
    ],
  );
  if (rows.length === 0) {
    throw new DomainError(
      'invalid_state',
      `A batch that is ${state.status} is not decided on any more.`,
    );
  }
}
