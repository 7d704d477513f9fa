import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import { DAY, pieceOf } from '../report/bounds.ts';

const DEADLINE_MS = 30_000;
/** Payments whose times are looked at: the newest of the hour. */
const TIMED_MAX = 20_000;

const counted = z.object({ provider: z.string(), state: z.string(), count: countColumn });

/**
 * Payments by provider and state. Days that were added up count as they are, of days in which something
 * changed since the quarters of an hour in which nothing did, and of the others the rows are counted.
 */
export const countPayments = (db: Db): Promise<z.infer<typeof counted>[]> =>
  db.run(
    counted,
    `with marked as materialized (select distinct slot from report_changes where source = 'payments'),
     counted as (
       select provider, status, sum(payments) as payments from report_slots
       where basis = 'made' and quarters = 96 and slot not in (select ${pieceOf('slot', DAY)} from marked)
       group by provider, status
       union all
       select s.provider, s.status, sum(s.payments)
       from (select distinct ${pieceOf('slot', DAY)} as day from marked) d
       cross join lateral (
         select * from report_slots
         where basis = 'made' and quarters = 1 and slot >= d.day and slot < d.day + interval '1 day' offset 0
       ) s
       where s.slot not in (select slot from marked)
       group by s.provider, s.status
       union all
       select p.provider, p.status, count(*)
       from marked m
       join payments p on p.created_at >= m.slot and p.created_at < m.slot + interval '15 minutes'
       group by p.provider, p.status
     )
     select provider, status as state, sum(payments)::bigint as count from counted group by provider, status`,
    [],
    { deadlineMs: DEADLINE_MS },
  );

const times = z.object({
  provider: z.string(),
  since: z.enum(['made', 'sent']),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});

/** How long payments took that were settled within the last hour, in seconds, by provider. */
export const readSettleTimes = (db: Db): Promise<z.infer<typeof times>[]> =>
  db.run(
    times,
    `with settled as (
       select provider, created_at, submitted_at, completed_at from payments
       where completed_at > now() - interval '1 hour' order by completed_at desc limit ${TIMED_MAX}
     ),
     took as (
       select provider, 'made' as since, extract(epoch from completed_at - created_at) as seconds from settled
       union all
       select provider, 'sent', extract(epoch from completed_at - submitted_at) from settled where submitted_at is not null
     )
     select provider, since, (percentile_cont(0.5) within group (order by seconds))::float8 as p50,
       (percentile_cont(0.95) within group (order by seconds))::float8 as p95,
       (percentile_cont(0.99) within group (order by seconds))::float8 as p99
     from took group by provider, since`,
    [],
    { deadlineMs: DEADLINE_MS },
  );

const retries = z.object({
  provider: z.string(),
  generations: countColumn,
  sends: countColumn,
});

/**
 * Attempts that began within the last hour and were not the payment's first generation, and those that
 * were sent more than once, by provider.
 */
export const countRetries = (db: Db): Promise<z.infer<typeof retries>[]> =>
  db.run(
    retries,
    `select p.provider, count(*) filter (where a.generation > 1) as generations,
       count(*) filter (where a.sends > 1) as sends
     from attempts a join payments p on p.id = a.payment_id
     where a.created_at > now() - interval '1 hour' and (a.generation > 1 or a.sends > 1)
     group by p.provider`,
    [],
    { deadlineMs: DEADLINE_MS },
  );
