import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';

const DEADLINE_MS = 30_000;

const balance = z.object({ account: z.string(), currency: z.string(), minor: z.number() });

/**
 * Debit less credit of each account and currency. Quarters of an hour that were added up count as they
 * are, and of those that changed since the lines are.
 */
export const readBookBalances = (db: Db): Promise<z.infer<typeof balance>[]> =>
  db.run(
    balance,
    `with marked as materialized (select distinct slot from report_changes where source = 'ledger'),
     sums as (
       select account, currency, sum(debit_minor - credit_minor) as minor from ledger_slots
       where slot not in (select slot from marked)
       group by account, currency
       union all
       select l.account, l.currency, sum(case l.side when 'debit' then l.amount_minor else -l.amount_minor end)
       from marked m
       join ledger_entries l on l.created_at >= m.slot and l.created_at < m.slot + interval '15 minutes'
       group by l.account, l.currency
     )
     select account, currency, sum(minor)::float8 as minor from sums group by account, currency`,
    [],
    { deadlineMs: DEADLINE_MS },
  );

const differences = z.object({ provider: z.string(), kind: z.string(), count: countColumn });

/** Differences with providers that nobody has resolved. */
export const countDifferences = (db: Db): Promise<z.infer<typeof differences>[]> =>
  db.run(
    differences,
    `select coalesce(provider, '') as provider, kind, count(*) as count from cases
     where status = 'OPEN' and reconciliation_id is not null group by 1, kind`,
  );

const seen = z.object({
  provider: z.string(),
  age_seconds: z.number(),
  currency: z.string().nullable(),
  minor: z.number().nullable(),
});

/**
 * The last reconciliation of each provider that came to its end: how long ago that was, and a row for
 * each balance that it was told.
 */
export const readSeenBalances = (db: Db): Promise<z.infer<typeof seen>[]> =>
  db.run(
    seen,
    `select r.provider, extract(epoch from now() - r.finished_at)::float8 as age_seconds, b.currency,
       b.balance::float8 as minor
     from (
       select distinct on (provider) provider, finished_at, report from reconciliations
       where status = 'DONE' order by provider, finished_at desc
     ) r
     left join lateral jsonb_to_recordset(coalesce(r.report -> 'balances', '[]'::jsonb)) as b (currency text, balance text)
       on b.balance is not null`,
  );
