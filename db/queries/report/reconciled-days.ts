import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn, instantColumn } from '../../rows.ts';
import { sumColumn } from '../preview.ts';

const DEADLINE_MS = 30_000;

/** Days in UTC, `before` not included. */
export interface DaysAsked {
  from: string;
  before: string;
  provider?: string | undefined;
  currency?: string | undefined;
}

const dayRow = z.object({
  day: z.string(),
  provider: z.string(),
  /** None where nothing was compared and no case opened. */
  currency: z.string().nullable(),
  matched: countColumn,
  missing_there: countColumn,
  missing_here: countColumn,
  amount_differs: countColumn,
  status_differs: countColumn,
  open: countColumn,
  not_created: countColumn,
  ours_minor: sumColumn,
  theirs_minor: sumColumn,
  open_cases: countColumn,
  resolved_cases: countColumn,
  runs: countColumn,
  last_status: z.enum(['RUNNING', 'DONE', 'FAILED']),
  last_run_at: instantColumn,
});

/** One provider's day in one currency, as the last finished run of it found it. */
export type ReconciledDay = z.infer<typeof dayRow>;

const compared = (word: string): string =>
  `coalesce(sum(p.count) filter (where p.comparison = '${word}'), 0)::bigint`;

/**
 * Days on which a provider was reconciled, with what the last finished run of each found; cases are those
 * that any run of the day opened, by where they stand now.
 */
export const readReconciledDays = (
  db: Db,
  { from, before, provider, currency }: DaysAsked,
): Promise<ReconciledDay[]> =>
  db.run(
    dayRow,
    `with asked as (
       select r.*, count(*) over (partition by provider, day) as runs,
         row_number() over (partition by provider, day order by id desc) as nth,
         row_number() over (partition by provider, day, status order by id desc) as nth_of_status
       from reconciliations r
       where day >= $1::date and day < $2::date and ($3::text is null or provider = $3)
     ),
     days as (
       select n.provider, n.day, n.runs, n.status as last_status, coalesce(n.finished_at, n.created_at) as last_run_at, d.report
       from asked n
       left join asked d on d.provider = n.provider and d.day = n.day and d.status = 'DONE' and d.nth_of_status = 1
       where n.nth = 1
     ),
     parts as (
       select d.provider, d.day, x.currency, x.comparison, x.count, x.ours, x.theirs, null as case_status
       from days d cross join lateral jsonb_to_recordset(d.report -> 'comparisons')
         as x (comparison text, currency text, count bigint, ours numeric, theirs numeric)
       union all
       select a.provider, a.day,
         coalesce(c.details ->> 'ourCurrency', c.details ->> 'theirCurrency', c.details ->> 'currency'), null, 0, 0, 0, c.status
       from cases c join asked a on a.id = c.reconciliation_id
     )
     select d.day::text as day, d.provider, p.currency, ${compared('matched')} as matched,
       ${compared('missing_there')} as missing_there, ${compared('missing_here')} as missing_here,
       ${compared('amount_differs')} as amount_differs, ${compared('status_differs')} as status_differs,
       ${compared('open')} as open, ${compared('not_created')} as not_created,
       coalesce(sum(p.ours), 0) as ours_minor, coalesce(sum(p.theirs), 0) as theirs_minor,
       count(*) filter (where p.case_status = 'OPEN') as open_cases,
       count(*) filter (where p.case_status = 'RESOLVED') as resolved_cases,
       d.runs, d.last_status, d.last_run_at
     from days d left join parts p on p.provider = d.provider and p.day = d.day
     where $4::text is null or p.currency = $4
     group by d.day, d.provider, p.currency, d.runs, d.last_status, d.last_run_at
     order by d.day, d.provider, p.currency`,
    [from, before, provider ?? null, currency ?? null],
    { deadlineMs: DEADLINE_MS },
  );
