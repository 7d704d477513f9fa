import { z } from 'zod';
import type { Span } from '../../../domain/report/period.ts';
import type { Db } from '../../client.ts';
import { countColumn, instantColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { instant } from './bounds.ts';
import { paymentConditions, type PaymentFilter } from './payment-sums.ts';

const DEADLINE_MS = 30_000;

const failureRow = z.object({
  provider: z.string(),
  /** The provider's own word; null where it said none. */
  provider_code: z.string().nullable(),
  /** Our own word where the provider said none; null where neither is known any more. */
  own_code: z.string().nullable(),
  currency: z.string(),
  /** Generations that failed; a payment that is tried again may fail again. */
  failures: countColumn,
  payments: countColumn,
  payees: countColumn,
  amount_minor: sumColumn,
  last_seen_at: instantColumn,
  still_failed: countColumn,
  paid_later: countColumn,
});
export type FailureSum = z.infer<typeof failureRow>;

/**
 * What failed in a span, by provider, its word and the currency, the most first: every generation whose
 * failure was told then, also of payments that were tried again and paid. Each payment's amount counts
 * once. Read row by row, as of now.
 */
export function sumFailures(
  db: Db,
  { from, to, filter }: Span & { filter: PaymentFilter },
): Promise<FailureSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  return db.run(
    failureRow,
    `with failed as (
       select p.id, p.provider, p.currency, p.payee_id, p.amount_minor, p.status, a.provider_code,
         case when a.provider_code is null and a.generation = p.generation then p.failure_code end as own_code,
         count(*) as failures, max(a.closed_at) as last_seen_at
       from attempts a join payments p on p.id = a.payment_id join batches b on b.id = p.batch_id
       where a.status = 'FAILED' and a.closed_at >= ${instant(from, bind)} and a.closed_at < ${instant(to, bind)}
         ${paymentConditions(filter, bind)}
       group by p.id, a.provider_code, own_code
     )
     select provider, provider_code, own_code, currency, sum(failures)::bigint as failures, count(*) as payments,
       count(distinct payee_id) as payees, sum(amount_minor) as amount_minor, max(last_seen_at) as last_seen_at,
       count(*) filter (where status in ('FAILED', 'CANCELLED')) as still_failed,
       count(*) filter (where status in ('COMPLETED', 'RETURNED')) as paid_later
     from failed group by 1, 2, 3, 4
     order by failures desc, 1, 2 nulls last, 3 nulls last, 4`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}
