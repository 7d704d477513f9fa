import { z } from 'zod';
import type { Span } from '../../../domain/report/period.ts';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import { failedForGood } from '../payment-ends.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { instant } from './bounds.ts';
import { paymentConditions, type PaymentFilter } from './payment-sums.ts';

const DEADLINE_MS = 30_000;

const methodRow = z.object({
  provider: z.string(),
  /** The channel that the account has now; null for accounts without, and payments without an account. */
  channel: z.string().nullable(),
  channel_name: z.string().nullable(),
  currency: z.string(),
  payments: countColumn,
  amount_minor: sumColumn,
  completed: countColumn,
  failed: countColumn,
  returned: countColumn,
  /** From the first send of the generation that succeeded until it was settled: p50, p95 and p99. */
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
  /** The codes of payments that failed for good or came back, each with its number, most first. */
  failures: z.array(z.object({ code: z.string(), payments: countColumn })),
});
export type MethodSum = z.infer<typeof methodRow>;

/**
 * Payments made in a span by provider, channel and currency, read row by row: exact, as of now. Times
 * are those between two rows of ours, so they hold what the provider took and what its news took to come.
 */
export function sumMethods(
  db: Db,
  { from, to, filter }: Span & { filter: PaymentFilter },
): Promise<MethodSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  return db.run(
    methodRow,
    `with meant as materialized (
       select p.provider, a.channel_code as channel, p.currency, p.status, p.amount_minor,
         extract(epoch from p.completed_at - p.submitted_at)::float8 * 1000 as took_ms,
         case when p.status = 'RETURNED' or ${failedForGood('p')} then coalesce(p.failure_code, 'unknown') end as code
       from payments p join batches b on b.id = p.batch_id
       left join accounts a on a.id = p.account_id
       where p.created_at >= ${instant(from, bind)} and p.created_at < ${instant(to, bind)} ${paymentConditions(filter, bind)}
     ),
     codes as (
       select provider, channel, currency,
         jsonb_agg(jsonb_build_object('code', code, 'payments', payments) order by payments desc, code) as failures
       from (
         select provider, channel, currency, code, count(*) as payments from meant
         where code is not null group by 1, 2, 3, 4
       ) each group by 1, 2, 3
     ),
     sums as (
       select provider, channel, currency, count(*) as payments, sum(amount_minor) as amount_minor,
         count(*) filter (where status = 'COMPLETED') as completed,
         count(*) filter (where status = 'FAILED') as failed,
         count(*) filter (where status = 'RETURNED') as returned,
         percentile_cont(array[0.5, 0.95, 0.99]) within group (order by took_ms) filter (where took_ms is not null) as took
       from meant group by 1, 2, 3
     )
     select s.provider, s.channel, l.name as channel_name, s.currency, s.payments, s.amount_minor, s.completed, s.failed,
       s.returned, s.took[1] as p50_ms, s.took[2] as p95_ms, s.took[3] as p99_ms, coalesce(c.failures, '[]') as failures
     from sums s
     left join codes c on (c.provider, c.currency) = (s.provider, s.currency) and c.channel is not distinct from s.channel
     left join provider_channels l on (l.provider, l.channel_code, l.currency) = (s.provider, s.channel, s.currency)
     order by s.provider, s.channel nulls first, s.currency`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}
