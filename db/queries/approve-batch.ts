import { z } from 'zod';
import { isTooEarly } from '../../domain/approval/missing.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Db } from '../client.ts';
import { violatedConstraint } from '../errors.ts';
import { newId } from '../new-id.ts';
import type { Actor } from './actor.ts';
import { approvalsOf, countedWords } from './batch-approvals.ts';
import { batchState } from './batch-state.ts';

export interface Decision {
  batchId: string;
  decision: 'approved' | 'rejected';
  /** What the approver saw; another content of the batch voids the word. */
  contentHash: string;
  comment?: string | undefined;
  actor: Actor;
  /** The role in which a person says it; null for keys and tokens, whose word is not taken. */
  role: Role | null;
}

/**
 * Keeps one person's word on the content of a PENDING batch; a second word of the same person
 * replaces the first. Throws `not_found`, `approver_not_person`, `own_batch` for whoever made or last
 * changed it, `content_changed`, `not_your_turn`, `invalid_state`.
 */
export async function decideBatch(db: Db, input: Decision): Promise<void> {
  const state = await batchState(db, input.batchId);
  const [mine] = await db.run(ownRow, OWN_HAND, [input.batchId, input.actor.id]);
  if (mine?.made) throw ownBatch();
  if (mine?.own) throw appointed();
  if (input.role === null) throw notPerson();
  if (state.content_hash !== input.contentHash) throw contentChanged();
  if (input.decision === 'approved') await refuseTooEarly(db, input, input.role);
  const rows = await keepWord(db, input);
  if (rows.length > 0) return;
  const now = await batchState(db, input.batchId);
  if (now.content_hash !== input.contentHash) throw contentChanged();
  throw new DomainError(
    'invalid_state',
    `A batch that is ${now.status} is not decided on any more.`,
  );
}

const ownRow = z.object({ own: z.boolean(), made: z.boolean() });
const OWN_HAND = `
  select has_own_hand(b, $2) as own, $2 in (select hands_of(b)) as made from batches b where b.id = $1`;

async function refuseTooEarly(db: Db, { batchId, actor }: Decision, role: Role): Promise<void> {
  const { requirements, words: all } = await approvalsOf(db, batchId);
  if (requirements.length > 0 && requirements.every((each) => each.excluded.includes(actor.id))) {
    throw ownBatch();
  }
  const words = countedWords(all).filter((word) => word.actor !== actor.id);
  if (isTooEarly(role, requirements, words)) {
    throw new DomainError(
      'not_your_turn',
      'This batch is approved in order: somebody of a higher role comes first.',
    );
  }
}

/** The database refuses what it must on its own; what it says is told in the words of the service. */
async function keepWord(db: Db, input: Decision): Promise<unknown[]> {
  try {
    return await db.run(z.object({ id: z.string() }), KEEP, [
      input.batchId,
      newId('approval'),
      input.decision,
      input.actor.id,
      input.comment ?? null,
      input.contentHash,
      input.actor.ipAddress,
      input.actor.userAgent,
      input.role,
    ]);
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'approvals_own_batch') throw ownBatch();
    if (constraint === 'approvals_content') return [];
    if (constraint === 'approvals_person') throw notPerson();
    throw error;
  }
}

/** Said again, a word stays as old as it is: only another one is new. */
const KEEP = `
  with content as (
    select id, content_hash from batches
    where id = $1 and status = 'PENDING' and deleted_at is null and content_hash = $6 for no key update
  ),
  word as (
    insert into approvals as v (id, batch_id, content_hash, decision, actor, role, comment)
    select $2, id, content_hash, $3, $4, $9, $5 from content
    on conflict (batch_id, content_hash, actor) do update set decision = excluded.decision, comment = excluded.comment,
      role = excluded.role,
      created_at = case when v.decision = excluded.decision then v.created_at else excluded.created_at end
    returning id, batch_id
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
    select 'batch.' || $3, case $3 when 'approved' then 'SUCCESS' else 'WARNING' end, batch_id, $4, $7, $8,
      jsonb_build_object('comment', $5::text, 'contentHash', $6::text, 'role', $9::text)
    from word
  )
  select id from word`;

const notPerson = (): DomainError =>
  new DomainError(
    'approver_not_person',
    'Only people approve or reject: sign in. Keys and tokens decide on nothing.',
  );

const ownBatch = (): DomainError =>
  new DomainError(
    'own_batch',
    'Whoever made or changed a batch does not decide on it; ask another approver.',
  );

const appointed = (): DomainError =>
  new DomainError(
    'own_batch',
    'Whoever made or changed this batch gave you your role, invited you or took your second factor away; ask an approver whom somebody else appointed.',
  );

const contentChanged = (): DomainError =>
  new DomainError('content_changed', 'The batch is not what you looked at; read it again.');
