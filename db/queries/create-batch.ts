import { z } from 'zod';
import { SKIP_REASONS } from '../../domain/eligibility.ts';
import { DomainError } from '../../domain/errors.ts';
import { CHUNK_PAYMENTS_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { isConnectionLost, isContention } from '../errors.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { inTransaction, type Tx } from '../transaction.ts';
import { contentHashOf, judgedPayees, judgedValues, type BatchRequest } from './judged-payees.ts';
import { matureCommissions } from './mature-commissions.ts';
import { skipCode } from './preview.ts';
import { splitPayables } from './split-payables.ts';
import type { Actor } from './actor.ts';

export interface NewBatch extends BatchRequest {
  /** Chosen by the caller, so that an unknown commit is read back by it. */
  batchId: string;
  actor: Actor;
  note?: string | undefined;
  previewHash?: string | undefined;
  scheduledFor?: Date | undefined;
  requiredApprovals: number;
}

/** One creation at a time: two would only block each other row by row. */
export const CREATION_LOCK = 4_770_802;
const DEADLINE_MS = 120_000;
const TRIES_MAX = 5;

/**
 * Makes a batch with its payments and claims what they pay, all or nothing. Two calls at once never
 * claim the same commission: the later one sees what is left. Returns who was left out and why.
 * Throws `DomainError` `no_payable_affiliates`, or `preview_stale` where `previewHash` does not fit.
 */
export async function createBatch(db: Db, input: NewBatch) {
  await matureCommissions(db);
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(db, DEADLINE_MS, (tx) => createIn(tx, input));
    } catch (error) {
      const lost = isConnectionLost(error);
      if (lost && (await exists(db, input.batchId)))
        return { batchId: input.batchId, excluded: [] };
      const worthRepeating = lost || isContention(error) || error instanceof PayableMoved;
      if (!worthRepeating || tries >= TRIES_MAX) throw error;
    }
  }
}

class PayableMoved extends Error {}

async function createIn(tx: Tx, input: NewBatch) {
  await tx.run(z.unknown(), `select pg_advisory_xact_lock(${CREATION_LOCK})`);
  await splitPayables(tx, input);
  const made = onlyRow(await tx.run(createdRow, createStatement, createValues(input)));
  if (made.payments === 0) {
    throw new DomainError(
      'no_payable_affiliates',
      'Nobody can be paid now; the preview says why for each payee.',
    );
  }
  if (input.previewHash !== undefined && input.previewHash !== made.hash) {
    throw new DomainError(
      'preview_stale',
      'What is payable has changed since the preview; preview again.',
    );
  }
  if (made.claimed !== made.picked)
    throw new PayableMoved('a payable changed while it was claimed');
  const excluded = made.excluded.map(({ id, code }) => ({
    affiliateId: id,
    code,
    reason: SKIP_REASONS[code],
  }));
  return { batchId: input.batchId, excluded };
}

const createdRow = z.object({
  payments: countColumn,
  picked: countColumn,
  claimed: countColumn,
  hash: z.string(),
  excluded: z.array(z.object({ id: z.string(), code: skipCode })),
});

/** Payment ids continue the batch's own, so they sort by batch and place and need no drawing. */
const createStatement = `
  with ${judgedPayees},
  eligible as materialized (
    select j.*, (row_number() over (order by payee_id) - 1)::int as ordinal from judged j where code is null
  ),
  wanted as (
    select k.id, 'pay_' || substr($10, 5, 24) || lpad(to_hex(e.ordinal), 8, '0') as payment_id,
      k.amount_minor, k.commission_count
    from eligible e cross join unnest(e.payable_ids, e.amounts, e.counts) as k (id, amount_minor, commission_count)
  ),
  totals as (
    select count(*)::int as payments, sum(amount_minor) as amount_minor, ${contentHashOf('eligible')} as hash
    from eligible
  ),
  batch as (
    insert into batches (id, provider, currency, total_minor, payment_count, chunk_count, content_hash,
      required_approvals, note, created_by, scheduled_for)
    select $10, $2, $1, amount_minor, payments, (payments + ${CHUNK_PAYMENTS_MAX - 1}) / ${CHUNK_PAYMENTS_MAX},
      hash, $11, $12, $13, $14
    from totals where payments > 0
  ),
  claimed as (
    update payables p set payment_id = w.payment_id, open = false
    from wanted w
    where p.id = w.id and p.payment_id is null and p.amount_minor = w.amount_minor
      and p.commission_count = w.commission_count
    returning p.id
  ),
  made as (
    insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
      commission_count, chunk, ordinal)
    select 'pay_' || substr($10, 5, 24) || lpad(to_hex(ordinal), 8, '0'), $10, payee_id, account_id, account_ref,
      $2, $1, amount_minor, commission_count, ordinal / ${CHUNK_PAYMENTS_MAX}, ordinal
    from eligible
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, to_state, actor, ip_address, user_agent, details)
    select 'batch.created', 'SUCCESS', $10, 'PENDING', $13, $15, $16,
      jsonb_build_object('payments', payments, 'amount', amount_minor, 'currency', $1)
    from totals where payments > 0
  )
  select payments, hash, (select count(*) from wanted) as picked, (select count(*) from claimed) as claimed,
    (select coalesce(json_agg(json_build_object('id', payee_id, 'code', code)), '[]')
     from judged where code is not null) as excluded
  from totals`;

const createValues = (input: NewBatch): unknown[] => [
  ...judgedValues(input),
  input.batchId,
  input.requiredApprovals,
  input.note ?? null,
  input.actor.id,
  input.scheduledFor?.toISOString() ?? null,
  input.actor.ipAddress,
  input.actor.userAgent,
];

async function exists(db: Db, batchId: string): Promise<boolean> {
  const rows = await db.run(z.object({ id: z.string() }), 'select id from batches where id = $1', [
    batchId,
  ]);
  return rows.length > 0;
}
