import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { bucketOf, conditions, instant } from './bounds.ts';
import { paymentConditions, type PaymentFilter } from './payment-sums.ts';

const DEADLINE_MS = 30_000;

/** What came back between two bounds, by when it was booked. `bucket` counts from 0. */
const returnedRow = z.object({
  bucket: z.number(),
  currency: z.string(),
  /** Payments of which all came back. */
  payments: countColumn,
  amount_minor: sumColumn,
  /** How often a part of a payment came back. */
  parts: countColumn,
  /** What came back in parts; less what later came back as a whole. */
  parts_minor: sumColumn,
});
export type ReturnedSum = z.infer<typeof returnedRow>;

/**
 * What came back of payments, from the books: the two amounts together are what the accounts
 * `provider_clearing/*` were debited by entries of the kind `returned`, less what they were credited.
 */
export function sumReturned(
  db: Db,
  { bounds, filter }: { bounds: readonly number[]; filter: PaymentFilter },
): Promise<ReturnedSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const { currency, ...ofPayments } = filter;
  const asksPayments = Object.values(ofPayments).some((value) => value !== undefined);
  return db.run(
    returnedRow,
    `with lines as (
       select created_at, payment_id, currency, amount_minor, side, account = 'payee_payable' as whole
       from ledger_entries
       where split_part(entry_id, ':', 2) = 'returned' and (account = 'payee_payable' or starts_with(account, 'returned/'))
         and created_at >= ${instant(bounds[0] ?? 0, bind)} and created_at < ${instant(bounds.at(-1) ?? 0, bind)}
         ${conditions([['currency = ?', currency, 'text']], bind)}
     )
     select ${bucketOf('l.created_at', bounds, bind)} as bucket, l.currency,
       count(*) filter (where whole) as payments,
       coalesce(sum(l.amount_minor) filter (where whole), 0) as amount_minor,
       count(*) filter (where not whole and side = 'credit') as parts,
       coalesce(sum(case side when 'credit' then l.amount_minor else -l.amount_minor end) filter (where not whole), 0)
         as parts_minor
     from lines l ${asksPayments ? 'join payments p on p.id = l.payment_id join batches b on b.id = p.batch_id' : ''}
     where true ${asksPayments ? paymentConditions(ofPayments, bind) : ''}
     group by 1, 2 order by 1, 2`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}
