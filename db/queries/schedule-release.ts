import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { makeId } from '../../domain/ids.ts';
import { CHUNK_PAYMENTS_MAX, PAYMENT_COMMISSIONS_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { isForeignKeyViolation } from '../errors.ts';
import { countColumn } from '../rows.ts';
import { SYSTEM, type Actor } from './actor.ts';
import { contentHashOf } from './judged-payees.ts';
import { queueIfCleared } from './queue-batch.ts';

/** What one payee gets of a release, in minor units. */
export interface NewShare {
  recipientId: string;
  payeeId: string;
  grossMinor: bigint;
  platformFeeMinor: bigint;
  taxMinor: bigint;
  netMinor: bigint;
}

/** A release of an escrow, divided. */
export interface NewRelease {
  /** Chosen by the caller; every other id follows from it, so that a repetition finds its own. */
  batchId: string;
  escrowId: string;
  projectId: string;
  milestoneId: string | null;
  modelVersion: number;
  currency: string;
  amountMinor: bigint;
  distributedMinor: bigint;
  platformFeeMinor: bigint;
  taxMinor: bigint;
  shares: readonly NewShare[];
  provider: string;
  scheduledFor: Date | null;
  requiredApprovals: number;
  note: string | null;
  actor: Actor;
}

const DEADLINE_MS = 30_000;

/**
 * Schedules what an escrow releases, for ever once: the release and its shares, what each recipient
 * has earned by it, the ledger entry, the batch with its payments and the audit rows, all in one
 * statement. A recipient in debt is sent what is left after it; one whose debt is larger is sent
 * nothing. Payments name no account: that is looked up when they are sent. The batch is queued at
 * once unless it waits for approvals or for `scheduledFor`; only approval rules that name the source
 * `escrow` and `requiredApprovals` ask for any. Safe to repeat with the same `batchId`.
 *
 * Throws `already_scheduled` where the escrow, or this milestone of it, was released before, and
 * where it was released by milestones and is now to be as a whole, or the other way round;
 * `validation_error` where the escrow has another project or currency.
 */
export async function scheduleRelease(db: Db, release: NewRelease): Promise<void> {
  try {
    const rows = await db.run(madeRow, STATEMENT, valuesOf(release), { deadlineMs: DEADLINE_MS });
    const [made] = rows;
    if (made) {
      // What waits for people or for its time is assessed now; the rest needs nobody.
      if (made.payments > 0 && !made.cleared)
        await queueIfCleared(db, release.batchId, SYSTEM, { onlyIfRequested: true });
      return;
    }
  } catch (error) {
    if (!isForeignKeyViolation(error, 'escrow_releases_terms')) throw error;
    throw await otherTerms(db, release);
  }
  const batchId = await releasedBy(db, release);
  if (batchId === release.batchId) return;
  throw new DomainError(
    'already_scheduled',
    `${whatOf(release)} was scheduled before${batchId ? `, as batch ${batchId}` : ''}; nothing was changed.`,
  );
}

const madeRow = z.object({ id: z.string(), payments: countColumn, cleared: z.boolean() });

const whatOf = ({ milestoneId }: NewRelease): string =>
  milestoneId === null ? 'This escrow' : 'This milestone of the escrow';

async function releasedBy(db: Db, release: NewRelease): Promise<string | null> {
  const rows = await db.run(
    z.object({ batch_id: z.string() }),
    'select batch_id from escrow_releases where escrow_id = $1 and milestone_id is not distinct from $2',
    [release.escrowId, release.milestoneId],
  );
  return rows[0]?.batch_id ?? null;
}

async function otherTerms(db: Db, release: NewRelease): Promise<DomainError> {
  const [escrow] = await db.run(
    z.object({ project_id: z.string(), currency: z.string(), by_milestone: z.boolean() }),
    'select project_id, currency, by_milestone from escrows where id = $1',
    [release.escrowId],
  );
  const wrong = (path: string): DomainError =>
    new DomainError('validation_error', `The request is not valid: ${path}: is not the escrow's`, [
      { path, reason: 'is not the one that this escrow was released with before' },
    ]);
  if (escrow && escrow.project_id !== release.projectId) return wrong('projectId');
  if (escrow && escrow.currency !== release.currency) return wrong('currency');
  return new DomainError(
    'already_scheduled',
    escrow?.by_milestone
      ? 'This escrow is released by milestones; name the milestone.'
      : 'This escrow was released as a whole; no milestone of it is left.',
  );
}

/** The ids of a share, its earning, its payable and its payment end alike, after the batch's own. */
const idOf = (prefix: string): string =>
  `'${prefix}_' || substr($1, 5, 24) || lpad(to_hex(ordinal), 8, '0')`;

/** The first statement of the release decides for ever; every later one finds nothing to do. */
const RELEASED = `
  input as materialized (
    select i.*, (place - 1)::int as ordinal
    from unnest($19::text[], $20::text[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[]) with ordinality
      as i (recipient_id, payee_id, gross_minor, platform_fee_minor, tax_minor, net_minor, place)
  ),
  escrow as (
    insert into escrows (id, project_id, currency, by_milestone)
    values ($3, $4, $7, $5::text is not null) on conflict (id) do nothing
  ),
  release as (
    insert into escrow_releases (id, escrow_id, project_id, milestone_id, by_milestone, model_version, currency,
      amount_minor, distributed_minor, platform_fee_minor, tax_minor, batch_id, created_by)
    values ($2, $3, $4, $5, $5::text is not null, $6, $7, $8, $9, $10, $11, $1, $13)
    on conflict do nothing returning id
  ),`;

/**
 * What recipients owe, locked: it is set off against what they are sent now, whatever is held of theirs. Of those who owe nothing
 * no row is locked, so that releases to the same people do not wait for each other.
 */
const DEBTS = `
  owing as materialized (
    select p.payee_id from payables p
    where p.currency = $7 and p.payment_id is null and p.paid_at is null and not p.held and p.payee_id = any($20::text[])
      and exists (select 1 from release)
    group by p.payee_id having sum(p.amount_minor) < 0
  ),
  free as materialized (
    select p.id, p.payee_id, p.amount_minor, p.commission_count from payables p join owing o on o.payee_id = p.payee_id
    where p.currency = $7 and p.payment_id is null and p.paid_at is null and not p.held
    order by p.id for update of p
  ),
  debts as materialized (
    select payee_id, sum(amount_minor)::bigint as amount_minor, sum(commission_count)::int as commission_count
    from free group by payee_id having sum(amount_minor) < 0 and sum(commission_count) < ${PAYMENT_COMMISSIONS_MAX}
  ),
  shares as materialized (
    select i.*, r.id as release_id, least(i.net_minor, -coalesce(d.amount_minor, 0)) as netted_minor,
      i.net_minor + coalesce(d.amount_minor, 0) as sent_minor, 1 + coalesce(d.commission_count, 0) as commission_count
    from input i cross join release r left join debts d on d.payee_id = i.payee_id
  ),`;

const EARNED = `
  owed as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, payment_id)
    select ${idOf('pbl')}, payee_id, $7, net_minor, 1, now(), false, case when sent_minor > 0 then ${idOf('pay')} end
    from shares where net_minor > 0
  ),
  earned as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, description, release_id)
    select ${idOf('com')}, ${idOf('shr')}, payee_id, net_minor, $7, 'APPROVED', ${idOf('pbl')}, now(),
      'Share of escrow ' || $3 || coalesce(', milestone ' || $5, ''), release_id
    from shares where net_minor > 0
  ),
  kept as (
    insert into escrow_shares (id, release_id, ordinal, recipient_id, payee_id, gross_minor, platform_fee_minor, tax_minor,
      net_minor, netted_minor, commission_id, payment_id)
    select ${idOf('shr')}, release_id, ordinal, recipient_id, payee_id, gross_minor, platform_fee_minor, tax_minor,
      net_minor, netted_minor, case when net_minor > 0 then ${idOf('com')} end, case when sent_minor > 0 then ${idOf('pay')} end
    from shares
  ),
  set_off as (
    update payables p set payment_id = ${idOf('pay')}, open = false
    from shares s join debts d on d.payee_id = s.payee_id join free f on f.payee_id = s.payee_id
    where s.sent_minor > 0 and p.id = f.id and p.payment_id is null
  ),`;

const SCHEDULED = `
  paying as materialized (select s.*, 'at send' as account_ref, null as destination, sent_minor as amount_minor from shares s where sent_minor > 0),
  totals as (
    select count(*)::int as payments, sum(sent_minor)::bigint as amount_minor, max(ordinal) as last,
      $16 = 0 and coalesce($15::timestamptz, now()) <= now()
        and not exists (select 1 from approval_rules where enabled and jsonb_exists(conditions -> 'sources', 'escrow')) as cleared, ${contentHashOf('paying')} as hash
    from paying
  ),
  batch as (
    insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash,
      required_approvals, note, created_by, scheduled_for, release_id, execute_requested_at, queued_at, queue_rank,
      source, assessed_at, undo_until)
    select $1, case when cleared then 'QUEUED' else 'PENDING' end, $12, $7, amount_minor, payments, last / ${CHUNK_PAYMENTS_MAX} + 1,
      hash, $16, $17, $13, $15, $2, now(), case when cleared then now() end, case when cleared then nextval('batch_queue_rank') end,
      'escrow', case when cleared then now() end, case when cleared then now() end
    from totals where payments > 0
    returning status
  ),
  made as (
    insert into payments (id, batch_id, payee_id, provider, currency, amount_minor, commission_count, chunk, ordinal)
    select ${idOf('pay')}, $1, payee_id, $12, $7, sent_minor, commission_count, ordinal / ${CHUNK_PAYMENTS_MAX}, ordinal
    from paying
  ),`;

const BOOKS = `
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, batch_id, escrow_id)
    select r.id || ':split', l.line, l.account, l.side, l.amount_minor, $7, l.payee_id, $1, $3
    from release r cross join (
      values (1, 'escrow_liability', 'debit', $8::bigint, null), (2, 'platform_revenue', 'credit', $10::bigint, null),
        (3, 'tax_payable', 'credit', $11::bigint, null)
      union all
      select ordinal + 4, 'payee_payable', 'credit', net_minor, payee_id from shares
    ) as l (line, account, side, amount_minor, payee_id)
    where l.amount_minor > 0
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, from_state, to_state, actor, ip_address, user_agent, details)
    select t.action, 'SUCCESS', $1, t.from_state, t.to_state, $13, $14, $18, t.details
    from (
      select 1 as place, 'escrow.released' as action, null as from_state, null as to_state,
        jsonb_build_object('releaseId', id, 'escrowId', $3::text, 'milestoneId', $5::text, 'projectId', $4::text,
          'modelVersion', $6::int, 'amount', $8::bigint, 'currency', $7::text) as details
      from release
      union all
      select 2, 'batch.created', null, 'PENDING',
        jsonb_build_object('payments', payments, 'amount', amount_minor, 'currency', $7::text) from totals where payments > 0
      union all
      select 3, 'batch.queued', 'PENDING', 'QUEUED', null from batch where status = 'QUEUED'
    ) t order by t.place
  )`;

const STATEMENT = `with ${RELEASED}${DEBTS}${EARNED}${SCHEDULED}${BOOKS}
  select r.id, t.payments, t.cleared from release r cross join totals t`;

const valuesOf = (release: NewRelease): unknown[] => [
  release.batchId,
  makeId('release', release.batchId.slice(4)),
  release.escrowId,
  release.projectId,
  release.milestoneId,
  release.modelVersion,
  release.currency,
  release.amountMinor,
  release.distributedMinor,
  release.platformFeeMinor,
  release.taxMinor,
  release.provider,
  release.actor.id,
  release.actor.ipAddress,
  release.scheduledFor?.toISOString() ?? null,
  release.requiredApprovals,
  release.note,
  release.actor.userAgent,
  release.shares.map(({ recipientId }) => recipientId),
  release.shares.map(({ payeeId }) => payeeId),
  release.shares.map(({ grossMinor }) => grossMinor),
  release.shares.map(({ platformFeeMinor }) => platformFeeMinor),
  release.shares.map(({ taxMinor }) => taxMinor),
  release.shares.map(({ netMinor }) => netMinor),
];
