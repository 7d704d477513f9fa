import { z } from 'zod';
import { strictest, type AmountLimits, type SkipCode } from '../../domain/eligibility.ts';
import { DomainError } from '../../domain/errors.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { isConnectionLost, isContention } from '../errors.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { inTransaction, type Tx } from '../transaction.ts';
import { coolingDown } from './account-cooldown.ts';
import type { Actor } from './actor.ts';
import { assessIn } from './assess-batch.ts';
import { CREATION_LOCK } from './create-batch.ts';
import { guardOnce } from './guard-batch.ts';
import { contentHashOf } from './judged-payees.ts';
import { skipCode } from './preview.ts';

/** Which payment is paid again, and how. */
export interface Reissue {
  /** The payment whose money came back, or that was cancelled. */
  paymentId: string;
  /** Of the batch of one that is made; chosen by the caller, so that an unknown commit is read back by it. */
  batchId: string;
  provider: string;
  /** What that provider takes in one payment; null where it does not pay the currency. */
  limits: AmountLimits | null;
  actor: Actor;
  note?: string | undefined;
  requiredApprovals: number;
}

const DEADLINE_MS = 30_000;
const TRIES_MAX = 5;

/**
 * Makes a batch of one that pays again exactly what a returned or cancelled payment had covered and
 * what is still free of it, to the payee's account of today; the new payment points at the old one.
 * The risk rules judge it then. Answers null, or the skip reason where the payee cannot be paid there. Throws `not_found`,
 * `invalid_state` where nothing came back of it, `already_reissued`.
 */
export async function reissuePayment(db: Db, input: Reissue): Promise<SkipCode | null> {
  const refused = await make(db, input);
  if (refused === null) await guardOnce(db, input.batchId);
  return refused;
}

async function make(db: Db, input: Reissue): Promise<SkipCode | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(db, DEADLINE_MS, (tx) => reissueIn(tx, input));
    } catch (error) {
      const lost = isConnectionLost(error);
      if (lost && (await isMade(db, input.batchId))) return null;
      const worthRepeating = lost || isContention(error) || error instanceof PayableMoved;
      if (!worthRepeating || tries >= TRIES_MAX) throw error;
    }
  }
}

class PayableMoved extends Error {}

async function reissueIn(tx: Tx, input: Reissue): Promise<SkipCode | null> {
  await tx.run(z.unknown(), `select pg_advisory_xact_lock(${CREATION_LOCK})`);
  await tx.run(z.unknown(), LOCK, [input.paymentId]);
  const [old] = await tx.run(judgedRow, JUDGE, judgeValues(input));
  if (!old) throw new DomainError('not_found', 'There is no such payment.');
  assertReissuable(old);
  if (old.code) return old.code;
  const made = onlyRow(await tx.run(madeRow, MAKE, makeValues(input)));
  if (made.payments !== 1 || made.claimed !== old.free) {
    throw new PayableMoved('what is paid again was claimed meanwhile');
  }
  await assessIn(tx, input.batchId);
  return null;
}

const judgedRow = z.object({
  status: z.enum(PAYMENT_STATES),
  covered: countColumn,
  free: countColumn,
  live: z.string().nullable(),
  code: skipCode.nullable(),
});

function assertReissuable({ status, covered, free, live }: z.infer<typeof judgedRow>): void {
  if (live !== null) {
    throw new DomainError('already_reissued', `What it covered is in payment ${live} already.`);
  }
  if (status === 'FAILED') {
    throw new DomainError(
      'invalid_state',
      'A payment that is FAILED still holds what it covers: retry it, or cancel it first.',
    );
  }
  if ((status !== 'RETURNED' && status !== 'CANCELLED') || covered === 0) {
    throw new DomainError(
      'invalid_state',
      `A payment that is ${status} is not paid again; one that is RETURNED or CANCELLED is.`,
    );
  }
  if (free === 0) {
    throw new DomainError('already_reissued', 'What it covered is in other payments already.');
  }
}

/** A hold may be taking a part out of what is paid again: it is waited for, and others wait. */
const LOCK = `
  select b.id from released_payables r join payables b on b.id = r.payable_id
  where r.payment_id = $1 order by b.id for update of b`;

/** The payables that the old payment let go, those that are free still, and the account of today. */
const COVERED = `
  old as (select * from payments where id = $1),
  covered as (
    select b.id, b.payment_id, b.amount_minor, b.commission_count, b.held
    from released_payables r join payables b on b.id = r.payable_id where r.payment_id = $1
  ),
  free as materialized (
    select o.payee_id, o.currency, sum(c.amount_minor) as amount_minor, sum(c.commission_count)::int as commission_count,
      array_agg(c.id) as payable_ids
    from old o join covered c on c.payment_id is null group by o.payee_id, o.currency
  )`;

const JUDGE = `
  with ${COVERED}
  select o.status, (select count(*) from covered) as covered,
    (select count(*) from covered where payment_id is null) as free,
    coalesce(
      (select n.id from payments n where n.reissue_of = $1 and n.status <> 'CANCELLED'),
      (select c.payment_id from covered c where c.payment_id is not null
         and not exists (select 1 from free) limit 1)) as live,
    case
      when not $3::boolean then 'provider_unsupported'
      when y.hold_reason is not null or a.blocked_code is not null or exists (select 1 from covered where held) then 'payee_hold'
      when a.id is null then 'no_account'
      when a.kyc_status = 'REJECTED' then 'kyc_rejected'
      when a.kyc_status <> 'APPROVED' then 'kyc_pending'
      when ${coolingDown('a')} then 'account_changed'
      when f.amount_minor <= 0 then 'negative_balance'
      when f.amount_minor < greatest($4::bigint, l.minimum_minor) then 'below_minimum'
      when f.amount_minor > least($5::bigint, l.maximum_minor) then 'amount_out_of_range'
      when f.amount_minor % $6::bigint <> 0 or (l.increment_minor > 1 and f.amount_minor % l.increment_minor <> 0)
        then 'amount_increment'
    end as code
  from old o join payees y on y.id = o.payee_id
  left join free f on true
  left join accounts a on a.payee_id = o.payee_id and a.provider = $2
  left join provider_channels l on l.provider = $2 and l.currency = o.currency and l.channel_code = a.channel_code`;

function judgeValues({ paymentId, provider, limits }: Reissue): unknown[] {
  const { minimumMinor, maximumMinor, incrementMinor } = strictest(...(limits ? [limits] : []));
  return [paymentId, provider, limits !== null, minimumMinor, maximumMinor, incrementMinor];
}

const madeRow = z.object({ payments: countColumn, claimed: countColumn });

const MAKE = `
  with ${COVERED},
  chosen as (
    select f.*, a.id as account_id, a.account_ref,
      case when a.details_sealed is not null then a.destination_index end as destination
    from free f
    join accounts a on a.payee_id = f.payee_id and a.provider = $2 and a.blocked_code is null and a.kyc_status = 'APPROVED'
      and not ${coolingDown('a')}
  ),
  batch as (
    insert into batches (id, provider, currency, total_minor, payment_count, chunk_count, content_hash,
      required_approvals, note, created_by, source)
    select $3, $2, currency, amount_minor, 1, 1, ${contentHashOf('chosen')}, $4, $5, $6, 'reissue' from chosen
  ),
  claimed as (
    update payables p set payment_id = 'pay_' || substr($3, 5, 24) || '00000000', open = false
    from chosen c where p.id = any(c.payable_ids) and p.payment_id is null and not p.held
    returning p.id
  ),
  made as (
    insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
      commission_count, chunk, ordinal, reissue_of)
    select 'pay_' || substr($3, 5, 24) || '00000000', $3, payee_id, account_id, account_ref, $2, currency,
      amount_minor, commission_count, 0, 0, $1
    from chosen returning id, amount_minor, currency
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, to_state, actor, ip_address, user_agent, details)
    select 'batch.created', 'SUCCESS', $3, null, 'PENDING', $6, $7, $8,
      jsonb_build_object('payments', 1, 'amount', amount_minor, 'currency', currency, 'reissueOf', $1::text)
    from made
    union all
    select 'payment.reissued', 'INFO', o.batch_id, o.id, null, $6, $7, $8,
      jsonb_build_object('paymentId', m.id, 'amount', m.amount_minor, 'currency', m.currency)
    from made m cross join old o
  )
  select (select count(*) from made) as payments, (select count(*) from claimed) as claimed`;

const makeValues = (input: Reissue): unknown[] => [
  input.paymentId,
  input.provider,
  input.batchId,
  input.requiredApprovals,
  input.note ?? null,
  input.actor.id,
  input.actor.ipAddress,
  input.actor.userAgent,
];

async function isMade(db: Db, batchId: string): Promise<boolean> {
  const rows = await db.run(z.unknown(), 'select id from batches where id = $1', [batchId]);
  return rows.length > 0;
}

/** The payment that pays this one again and was not cancelled; null where there is none. */
export async function findReissue(db: Db, paymentId: string): Promise<string | null> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    "select id from payments where reissue_of = $1 and status <> 'CANCELLED'",
    [paymentId],
  );
  return rows[0]?.id ?? null;
}
