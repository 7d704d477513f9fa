import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { formatMoney } from '../../domain/money.ts';
import { REFUNDED } from '../../domain/payment.ts';
import { splitRefund } from '../../domain/split.ts';
import type { Db } from '../client.ts';
import { DatabaseUnavailable } from '../errors.ts';
import { amountColumn } from '../rows.ts';
import type { Actor } from './actor.ts';
import { cancelStatement } from './cancel-statement.ts';

/** What is given back to the payer of an escrow after it was divided. */
export interface NewRefund {
  /** Chosen by the caller; what the refund takes back is named after it. */
  id: string;
  /** The platform's own id, which names this refund for ever. */
  externalId: string;
  escrowId: string;
  milestoneId: string | null;
  /** All that is left of the release, where none is given. */
  amountMinor: bigint | null;
  reason: string;
  actor: Actor;
}

const TRIES_MAX = 5;
const DEADLINE_MS = 30_000;

/**
 * Takes back from each share of a release, and from the fee and the tax on it, its part of a refund:
 * by contra entries that name the entry they correct, and by a negative earning of each recipient.
 * Payments of the release that surely were not sent are cancelled and what is left of them is payable;
 * what was paid, or may have been, makes a debt that the recipient's next payment settles. One
 * statement, guarded by how much was refunded before. True where this call made it; false where it
 * stood already with the same content.
 *
 * Throws `not_found` for a release that is not there, `validation_error` where more is asked than is
 * left, `already_refunded` where the id stands with other content.
 */
export async function refundRelease(db: Db, refund: NewRefund): Promise<boolean> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const release = await readRelease(db, refund);
    const known = await findKnown(db, refund.externalId);
    if (known) return isOwn(known, refund, release.id);
    const parts = divide(refund, release);
    const rows = await db.run(
      z.object({ id: z.string() }),
      STATEMENT,
      valuesOf(refund, release, parts),
      {
        deadlineMs: DEADLINE_MS,
      },
    );
    if (rows.length > 0) return true;
  }
  throw new DatabaseUnavailable('the release was refunded by others again and again');
}

const shareRow = z.object({
  release_id: z.string(),
  currency: z.string(),
  refunded_minor: amountColumn,
  share_id: z.string(),
  fee_left: amountColumn,
  tax_left: amountColumn,
  net_left: amountColumn,
});

interface Release {
  id: string;
  currency: string;
  refundedMinor: bigint;
  shares: z.infer<typeof shareRow>[];
}

/** The release with what is left of each share. */
async function readRelease(
  db: Db,
  { escrowId, milestoneId }: Pick<NewRefund, 'escrowId' | 'milestoneId'>,
): Promise<Release> {
  const shares = await db.run(
    shareRow,
    `select r.id as release_id, r.currency,
       coalesce((select sum(amount_minor) from escrow_refunds f where f.release_id = r.id), 0)::bigint as refunded_minor,
       s.id as share_id, (s.platform_fee_minor - coalesce(t.fee, 0))::bigint as fee_left,
       (s.tax_minor - coalesce(t.tax, 0))::bigint as tax_left, (s.net_minor - coalesce(t.net, 0))::bigint as net_left
     from escrow_releases r join escrow_shares s on s.release_id = r.id
     left join lateral (
       select sum(platform_fee_minor) as fee, sum(tax_minor) as tax, sum(net_minor) as net
       from escrow_refund_shares f where f.share_id = s.id) t on true
     where r.escrow_id = $1 and r.milestone_id is not distinct from $2
     order by s.ordinal`,
    [escrowId, milestoneId],
  );
  const [first] = shares;
  if (!first) {
    throw new DomainError(
      'not_found',
      'Nothing of this escrow, or of this milestone of it, was released.',
    );
  }
  return {
    id: first.release_id,
    currency: first.currency,
    refundedMinor: first.refunded_minor,
    shares,
  };
}

const knownRow = z.object({
  id: z.string(),
  release_id: z.string(),
  amount_minor: amountColumn,
});

async function findKnown(db: Db, externalId: string) {
  const rows = await db.run(
    knownRow,
    'select id, release_id, amount_minor from escrow_refunds where external_id = $1',
    [externalId],
  );
  return rows[0] ?? null;
}

function isOwn(known: z.infer<typeof knownRow>, refund: NewRefund, releaseId: string): boolean {
  const isSame =
    known.release_id === releaseId &&
    (refund.amountMinor === null || refund.amountMinor === known.amount_minor);
  if (!isSame) {
    throw new DomainError(
      'already_refunded',
      'This refundId stands already for another refund; choose another id.',
    );
  }
  return known.id === refund.id;
}

interface Parts {
  amountMinor: bigint;
  fees: bigint[];
  taxes: bigint[];
  nets: bigint[];
}

/** What the refund takes of each fee, tax and net, of what is left of them. */
function divide(refund: NewRefund, { shares, currency }: Release): Parts {
  const left = [
    ...shares.map(({ fee_left }) => fee_left),
    ...shares.map(({ tax_left }) => tax_left),
    ...shares.map(({ net_left }) => net_left),
  ];
  const leftMinor = left.reduce((sum, part) => sum + part, 0n);
  const amountMinor = refund.amountMinor ?? leftMinor;
  if (amountMinor > leftMinor || amountMinor === 0n) {
    const reason = `is more than is left of the release: ${formatMoney(leftMinor, currency)}`;
    throw new DomainError('validation_error', `The request is not valid: amount: ${reason}`, [
      { path: 'amount', reason },
    ]);
  }
  const taken = splitRefund(left, amountMinor);
  const { length } = shares;
  return {
    amountMinor,
    fees: taken.slice(0, length),
    taxes: taken.slice(length, 2 * length),
    nets: taken.slice(2 * length),
  };
}

const idOf = (prefix: string): string =>
  `'${prefix}_' || substr($1, 5, 24) || lpad(to_hex(ordinal), 8, '0')`;

const REFUND = `
  refund as (
    insert into escrow_refunds (id, external_id, release_id, amount_minor, platform_fee_minor, tax_minor, reason,
      refunded_before_minor, created_by)
    values ($1, $4, $5, $6, $7, $8, $3, $9, $2)
    on conflict do nothing returning id, release_id
  ),
  shares as materialized (
    select s.id, s.ordinal, s.payee_id, s.commission_id, g.fee_minor, g.tax_minor, g.net_minor, r.currency, r.escrow_id, r.batch_id,
      p.id as payment_id
    from unnest($10::text[], $11::bigint[], $12::bigint[], $13::bigint[]) as g (share_id, fee_minor, tax_minor, net_minor)
    join escrow_shares s on s.id = g.share_id
    join refund f on f.release_id = s.release_id join escrow_releases r on r.id = f.release_id
    left join commissions c on c.id = s.commission_id left join payables b on b.id = c.payable_id
    left join payments p on p.id = b.payment_id and p.batch_id = r.batch_id
    where g.fee_minor + g.tax_minor + g.net_minor > 0
  ),
  chosen as (select payment_id as id from shares where payment_id is not null and net_minor > 0),`;

const TAKEN_BACK = `
  owing as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
    select ${idOf('pbl')}, payee_id, currency, -net_minor, 1, now(), false from shares where net_minor > 0
  ),
  taken as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, description,
      release_id, reverses)
    select ${idOf('com')}, ${idOf('rfd')}, payee_id, -net_minor, currency, 'APPROVED', ${idOf('pbl')}, now(),
      'Refund of escrow ' || escrow_id, $5, commission_id
    from shares where net_minor > 0
  ),
  kept as (
    insert into escrow_refund_shares (refund_id, share_id, platform_fee_minor, tax_minor, net_minor, commission_id)
    select $1, id, fee_minor, tax_minor, net_minor, case when net_minor > 0 then ${idOf('com')} end from shares
  ),
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, batch_id, escrow_id, corrects)
    select $1 || ':refunded', l.line, l.account, l.side, l.amount_minor, t.currency, l.payee_id, t.batch_id, t.escrow_id, $5 || ':split'
    from (select distinct currency, batch_id, escrow_id from shares) t cross join (
      values (1, 'escrow_liability', 'credit', $6::bigint, null), (2, 'platform_revenue', 'debit', $7::bigint, null),
        (3, 'tax_payable', 'debit', $8::bigint, null)
      union all
      select ordinal + 4, 'payee_payable', 'debit', net_minor, payee_id from shares
    ) as l (line, account, side, amount_minor, payee_id)
    where l.amount_minor > 0
  ),
  trail_of_refund as (
    insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
    select 'escrow.refunded', 'WARNING', t.batch_id, $2, $14, $15,
      jsonb_build_object('refundId', $4::text, 'releaseId', $5::text, 'amount', $6::bigint, 'currency', t.currency,
        'cancelled', (select count(*) from stopped), 'reason', $3::text)
    from (select distinct currency, batch_id from shares) t
  )`;

const STATEMENT = `with ${REFUND}${cancelStatement({ failedToo: true, code: REFUNDED })},${TAKEN_BACK}
  select id from refund`;

const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);

const valuesOf = (refund: NewRefund, release: Release, parts: Parts): unknown[] => [
  refund.id,
  refund.actor.id,
  refund.reason,
  refund.externalId,
  release.id,
  parts.amountMinor,
  sum(parts.fees),
  sum(parts.taxes),
  release.refundedMinor,
  release.shares.map(({ share_id }) => share_id),
  parts.fees,
  parts.taxes,
  parts.nets,
  refund.actor.ipAddress,
  refund.actor.userAgent,
];
