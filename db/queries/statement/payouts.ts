import { z } from 'zod';
import type { StatementSums } from '../../../domain/statement.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import type { Db } from '../../client.ts';
import { amountColumn, countColumn, instantColumn } from '../../rows.ts';
import { sumColumn } from '../preview.ts';

const row = z.object({
  id: z.string(),
  batch_id: z.string(),
  batch_number: countColumn,
  payee_id: z.string(),
  generation: z.number(),
  provider: z.string(),
  provider_payment_id: z.string().nullable(),
  status: z.enum(['COMPLETED', 'RETURNED']),
  currency: z.string(),
  settled_at: instantColumn,
  returned_at: instantColumn.nullable(),
  part_returned_minor: sumColumn,
  programme_name: z.string(),
  number: countColumn.nullable(),
  earned_from: instantColumn.nullable(),
  earned_to: instantColumn.nullable(),
  net_minor: amountColumn,
  commissions: countColumn,
  commissions_minor: sumColumn,
  shares: countColumn,
  shares_minor: sumColumn,
  programme_fees_minor: sumColumn,
  platform_fees_minor: sumColumn,
  minimum_fees_minor: sumColumn,
  tax_minor: sumColumn,
  clawbacks: countColumn,
  clawbacks_minor: sumColumn,
  written_off_minor: sumColumn,
  carried_minor: sumColumn,
});

/** A payout that was settled, with what it is made of. */
export interface SettledPayout extends Omit<
  z.infer<typeof row>,
  `${string}_minor` | 'commissions' | 'shares' | 'clawbacks'
> {
  /** Parts of it that came back while the rest stands. */
  partReturnedMinor: bigint;
  sums: StatementSums;
}

/**
 * What a payment covers, or covered before it came back, each earning with its parts: the gross of an
 * escrow share, or of a conversion, and what was kept of it. A decision that is not the first books the
 * difference to the one before.
 */
const EARNINGS = `
  covered as (
    select c.id as payment_id, b.id as payable_id from chosen c join payables b on b.payee_id = c.payee_id and b.payment_id = c.id
    union
    select c.id, r.payable_id from chosen c join released_payables r on r.payment_id = c.id where c.status = 'RETURNED'
  ),
  earnings as (
    select v.payment_id, e.kind, e.amount_minor, e.earned_at, s.id is not null as is_share,
      coalesce(s.gross_minor, 0) as share_minor, coalesce(s.platform_fee_minor, 0) as platform_fee_minor,
      coalesce(s.tax_minor, 0) as tax_minor,
      case when e.amount_minor > 0 and d.commission_id is not null
        then d.gross_minor - coalesce(w.gross_minor, 0) - e.amount_minor else 0 end as programme_fee_minor
    from covered v
    join commissions e on e.payable_id = v.payable_id
    left join escrow_shares s on s.release_id = e.release_id and s.commission_id = e.id
    left join conversion_decisions d on d.commission_id = e.id
    left join conversion_decisions w on w.conversion_id = d.conversion_id and w.revision = d.revision - 1
  ),
  sorted as (
    select *, case when is_share then 'share' when kind in ('minimum_fee', 'part', 'write_off') then kind
      when amount_minor < 0 then 'clawback' else 'commission' end as sort
    from earnings
  ),
  sums as (
    select payment_id, min(earned_at) as earned_from, max(earned_at) as earned_to,
      count(*) filter (where sort = 'commission') as commissions,
      sum(amount_minor + programme_fee_minor) filter (where sort = 'commission') as commissions_minor,
      count(*) filter (where sort = 'share') as shares, sum(share_minor) as shares_minor,
      sum(programme_fee_minor) filter (where sort = 'commission') as programme_fees_minor,
      sum(platform_fee_minor) as platform_fees_minor,
      -sum(amount_minor) filter (where sort = 'minimum_fee') as minimum_fees_minor, sum(tax_minor) as tax_minor,
      count(*) filter (where sort = 'clawback') as clawbacks,
      -sum(amount_minor) filter (where sort = 'clawback') as clawbacks_minor,
      sum(amount_minor) filter (where sort = 'write_off') as written_off_minor,
      sum(amount_minor) filter (where sort = 'part') as carried_minor
    from sorted group by payment_id
  )`;

const SUMS = [
  'commissions_minor',
  'shares_minor',
  'programme_fees_minor',
  'platform_fees_minor',
  'minimum_fees_minor',
  'tax_minor',
  'clawbacks_minor',
  'written_off_minor',
  'carried_minor',
]
  .map((name) => `coalesce(u.${name}, 0) as ${name}`)
  .join(', ');

const statement = (which: string): string => `
  with chosen as materialized (
    select p.* from payments p where p.status in ('COMPLETED', 'RETURNED') and ${which}
    order by p.completed_at, p.id limit $1
  ),
  ${EARNINGS}
  select c.id, c.batch_id, b.batch_number, c.payee_id, c.generation, c.provider, c.provider_payment_id, c.status, c.currency,
    c.completed_at as settled_at, r.created_at as returned_at, t.number, g.name as programme_name,
    n.amount_minor as net_minor, u.earned_from, u.earned_to, coalesce(u.commissions, 0) as commissions,
    coalesce(u.shares, 0) as shares, coalesce(u.clawbacks, 0) as clawbacks, ${SUMS},
    coalesce((select sum(case l.side when 'credit' then l.amount_minor else -l.amount_minor end) from ledger_entries l
      where l.payee_id = c.payee_id and l.currency = c.currency and l.payment_id = c.id
        and l.account = 'returned/' || c.provider), 0) as part_returned_minor
  from chosen c
  join batches b on b.id = c.batch_id
  join programmes g on g.id = coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}')
  join ledger_entries n on n.entry_id = c.id || ':settled' and n.account = 'payee_payable'
  left join ledger_entries r on r.entry_id = c.id || ':returned' and r.account = 'payee_payable'
  left join statements t on t.payment_id = c.id
  left join sums u on u.payment_id = c.id
  order by c.completed_at, c.id`;

const DEADLINE_MS = 30_000;

/** A settled payment with what it is made of; null for one that is not settled. */
export async function settledPayout(db: Db, paymentId: string): Promise<SettledPayout | null> {
  const rows = await db.run(row, statement('p.id = $2'), [1, paymentId], {
    deadlineMs: DEADLINE_MS,
  });
  return rows.map(toPayout)[0] ?? null;
}

/** Two instants: the first belongs to the time between them, the second does not. */
export interface Between {
  from: Date;
  to: Date;
}

/** All that a payee was paid between two instants, or that came back then; the oldest first, at most `limit`. */
export async function payeePayouts(
  db: Db,
  payeeId: string,
  { from, to }: Between,
  limit: number,
): Promise<SettledPayout[]> {
  const rows = await db.run(
    row,
    statement(`p.payee_id = $2 and (
      p.completed_at >= $3::timestamptz and p.completed_at < $4::timestamptz
      or p.id in (
        select l.payment_id from ledger_entries l
        where l.payee_id = $2 and l.account = 'payee_payable' and l.entry_id = l.payment_id || ':returned'
          and l.created_at >= $3::timestamptz and l.created_at < $4::timestamptz))`),
    [limit, payeeId, from.toISOString(), to.toISOString()],
    { deadlineMs: DEADLINE_MS },
  );
  return rows.map(toPayout);
}

function toPayout(found: z.infer<typeof row>): SettledPayout {
  const {
    net_minor: netMinor,
    commissions,
    commissions_minor: commissionsMinor,
    shares,
    shares_minor: sharesMinor,
    programme_fees_minor: programmeFeesMinor,
    platform_fees_minor: platformFeesMinor,
    minimum_fees_minor: minimumFeesMinor,
    tax_minor: taxMinor,
    clawbacks,
    clawbacks_minor: clawbacksMinor,
    written_off_minor: writtenOffMinor,
    carried_minor: carriedMinor,
    part_returned_minor: partReturnedMinor,
    ...payout
  } = found;
  const sums = {
    commissions,
    commissionsMinor,
    shares,
    sharesMinor,
    programmeFeesMinor,
    platformFeesMinor,
    minimumFeesMinor,
    taxMinor,
    clawbacks,
    clawbacksMinor,
    writtenOffMinor,
    carriedMinor,
    netMinor,
  };
  return { ...payout, partReturnedMinor, sums };
}
