import { idOf } from './draw-sql.ts';

const RUNS = 60;
const CASES = 90;
const PROVIDER = `(array['mock', 'xendit', 'stripe'])[1 + i % 3]`;
/** Some days are reconciled twice; the second time may fail. */
const DAY = `(date '2024-12-29' + (i / 2) * 13)`;

/** Runs of reconciliation with their reports, and the cases that they opened. */
export const checkStatements: readonly string[] = [
  `insert into reconciliations (id, provider, day, status, requested_by, matched, report, failure, created_at, finished_at)
   select ${idOf('reconciliation', 'i')}, (array['mock', 'xendit', 'stripe'])[1 + i / 2 % 3], ${DAY},
     case when i % 10 = 1 then 'FAILED' when i % 10 = 3 then 'RUNNING' else 'DONE' end, 'test', 0,
     case when i % 10 in (1, 3) then null else jsonb_build_object('comparisons', (
       select coalesce(jsonb_agg(jsonb_build_object('comparison', word, 'currency', currency, 'count', 1 + floor(pg_temp.draw(i * 100 + k, 51) * 50),
         'ours', floor(pg_temp.draw(i * 100 + k, 52) * 1000000)::bigint::text, 'theirs', floor(pg_temp.draw(i * 100 + k, 53) * 1000000)::bigint::text)), '[]')
       from (select w, c, w * 10 + c as k, (array['matched', 'open', 'not_created', 'missing_there', 'missing_here', 'amount_differs',
           'status_differs'])[w] as word, (array['USD', 'EUR', 'JPY'])[c] as currency
         from generate_series(1, 7) as w cross join generate_series(1, 3) as c) each
       where pg_temp.draw(i * 100 + k, 54) < 0.4 and i % 12 > 0)) end,
     case when i % 10 = 1 then 'The provider did not answer.' end, ${DAY} + interval '27 hours' + i % 2 * interval '1 hour',
     case when i % 10 <> 3 then ${DAY} + interval '28 hours' + i % 2 * interval '1 hour' end
   from generate_series(0, ${RUNS - 1}) as i`,
  `insert into cases (id, kind, severity, status, subject, summary, provider, reconciliation_id, details, resolution, resolved_at)
   select ${idOf('case', 'i')}, 'missing_there', 'high', case when i % 4 = 0 then 'RESOLVED' else 'OPEN' end, 'subject-' || i, 'A difference.',
     ${PROVIDER}, case when i % 9 > 0 then ${idOf('reconciliation', `i % ${RUNS}`)} end,
     case i % 3 when 0 then jsonb_build_object('ourCurrency', 'USD', 'theirCurrency', 'EUR')
       when 1 then jsonb_build_object('theirCurrency', 'JPY') else jsonb_build_object('currency', 'EUR') end,
     case when i % 4 = 0 then 'done' end, case when i % 4 = 0 then now() end
   from generate_series(0, ${CASES - 1}) as i`,
];
