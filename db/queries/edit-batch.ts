import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { CANCELLED_BY_PERSON } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn } from '../rows.ts';
import { inTransaction, type Tx } from '../transaction.ts';
import type { Actor } from './actor.ts';
import { assessIn } from './assess-batch.ts';
import { batchState } from './batch-state.ts';
import { cancelStatement } from './cancel-statement.ts';

/** What of a batch is changed; what is not given stays. */
export interface BatchEdit {
  batchId: string;
  /** Null takes it away. */
  note?: string | null | undefined;
  /** Null: as soon as it may. */
  scheduledFor?: Date | null | undefined;
  /** Left out of the batch: cancelled, and payable again. */
  removePaymentIds?: readonly string[] | undefined;
  actor: Actor;
}

const DEADLINE_MS = 60_000;

/**
 * Changes a PENDING batch, all of it or nothing: it has another content hash from then on, so every
 * word on it is void, and whose approval it needs is worked out anew. Throws `not_found`,
 * `invalid_state` where it is not PENDING, or nothing would be left in it, and `validation_error` for
 * a payment that is not an unsent one of the batch.
 */
export async function editBatch(db: Db, edit: BatchEdit): Promise<void> {
  await batchState(db, edit.batchId);
  await inTransaction(db, DEADLINE_MS, (tx) => editIn(tx, edit));
}

async function editIn(tx: Tx, edit: BatchEdit): Promise<void> {
  const { batchId, actor, removePaymentIds = [] } = edit;
  const [locked] = await tx.run(
    z.object({ status: z.string() }),
    'select status from batches where id = $1 and deleted_at is null for update',
    [batchId],
  );
  if (locked?.status !== 'PENDING') throw notPending(locked?.status ?? 'deleted');
  if (removePaymentIds.length > 0) await remove(tx, edit, removePaymentIds);
  const values = [
    batchId,
    edit.note !== undefined,
    edit.note ?? null,
    edit.scheduledFor !== undefined,
    edit.scheduledFor?.toISOString() ?? null,
    actor.id,
    actor.ipAddress,
    actor.userAgent,
    JSON.stringify(removePaymentIds),
  ];
  const changed = await tx.run(z.object({ id: z.string() }), CHANGE, values);
  if (changed.length === 0) {
    throw new DomainError(
      'invalid_state',
      'Nothing would be left in the batch; delete it, or cancel it.',
    );
  }
  await assessIn(tx, batchId);
}

const notPending = (status: string): DomainError =>
  new DomainError('invalid_state', `A batch that is ${status} is not changed any more.`);

async function remove(tx: Tx, { batchId, actor }: BatchEdit, ids: readonly string[]) {
  const [removed] = await tx.run(
    z.object({ n: countColumn }),
    `with chosen as (select id from payments where batch_id = $1 and id = any($4::text[])),
       ${cancelStatement({ failedToo: false, code: CANCELLED_BY_PERSON })}
     select count(*) as n from stopped`,
    [batchId, actor.id, 'It was taken out of its batch.', ids],
  );
  if (removed?.n === new Set(ids).size) return;
  throw new DomainError('validation_error', 'The request is not valid: removePaymentIds', [
    { path: 'removePaymentIds', reason: 'names payments that are not unsent ones of this batch' },
  ]);
}

/** What people look at before they approve, for the audit log. */
const told = (row: string): string =>
  `jsonb_build_object('note', ${row}.note, 'scheduledFor', ${row}.scheduled_for, 'payments', ${row}.payment_count,
    'amount', ${row}.total_minor, 'contentHash', ${row}.content_hash)`;

/** The new hash follows from the old one and the change, so that no earlier one ever comes back. */
const CHANGE = `
  with left_in as (
    select count(*)::int as payments, sum(amount_minor)::bigint as amount_minor
    from payments where batch_id = $1 and status <> 'CANCELLED'
  ),
  changed as (
    update batches b set
      note = case when $2::boolean then $3 else b.note end,
      scheduled_for = case when $4::boolean then $5::timestamptz else b.scheduled_for end,
      payment_count = l.payments, total_minor = l.amount_minor,
      content_hash = encode(sha256(convert_to(b.content_hash || ' ' || clock_timestamp()::text || ' ' || $9::text
        || coalesce($3, '') || coalesce($5::text, ''), 'UTF8')), 'hex'),
      edited_by = $6, edited_at = now(), undo_until = null
    from batches o, left_in l
    where b.id = $1 and o.id = b.id and b.status = 'PENDING' and l.payments > 0
    returning b.id, ${told('o')} as before, ${told('b')} as after
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
    select 'batch.edited', 'WARNING', id, $6, $7, $8,
      jsonb_build_object('before', before, 'after', after, 'removed', $9::text::jsonb)
    from changed
  )
  select id from changed`;
