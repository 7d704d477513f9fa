import { z } from 'zod';
import type { Span } from '../../../domain/report/period.ts';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { conditions, instant } from './bounds.ts';
import { countedLines } from './ledger-sums.ts';

const DEADLINE_MS = 30_000;

export interface OwedAsked extends Span {
  currency?: string | undefined;
  /** Those of these payees alone; read by their index, line by line. */
  payeeIds?: readonly string[] | undefined;
}

const owedRow = z.object({
  /** What stood at the beginning, or one kind of entry in the period. */
  part: z.enum(['start', 'period']),
  kind: z.string(),
  /** Of payments that were settled: how their batch came to be. */
  source: z.string().nullable(),
  currency: z.string(),
  lines: countColumn,
  /** Above zero where more is owed to payees by it. */
  owed_minor: sumColumn,
});
export type OwedSum = z.infer<typeof owedRow>;

/**
 * What is owed to payees at the beginning of a span, and what each kind of entry of the account
 * `payee_payable` changed in it: one statement, so that all of it is as of one instant.
 */
export function sumOwed(db: Db, asked: OwedAsked): Promise<OwedSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const from = instant(asked.from, bind);
  const to = instant(asked.to, bind);
  const only = conditions(
    [
      ['l.currency = ?', asked.currency, 'text'],
      ['l.payee_id = any(?)', asked.payeeIds, 'text[]'],
    ],
    bind,
  );
  return db.run(
    owedRow,
    `with ${lines(asked, bind)},
     settled as (
       select b.source, l.currency, count(*) as lines, sum(l.amount_minor) as paid_minor
       from ledger_entries l join batches b on b.id = l.batch_id
       where l.account = 'payee_payable' and split_part(l.entry_id, ':', 2) = 'settled' and l.side = 'debit'
         and l.created_at >= ${from} and l.created_at < ${to} ${only}
       group by 1, 2
     )
     select 'start' as part, '' as kind, null as source, currency, sum(lines)::bigint as lines,
       sum(credit_minor - debit_minor) as owed_minor
     from counted where at < ${from} group by currency
     union all
     select 'period', kind, null, currency, sum(lines)::bigint, sum(credit_minor - debit_minor)
     from counted where at >= ${from} and kind <> 'settled' group by kind, currency
     union all
     select 'period', 'settled', source, currency, lines, -paid_minor from settled
     order by 4, 1 desc, 2, 3`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}

/** All lines of the account up to the end: slots, or of certain payees each line. */
function lines({ from, to, currency, payeeIds }: OwedAsked, bind: Bind): string {
  if (payeeIds === undefined) {
    const accounts = ['payee_payable'];
    return countedLines({ bounds: [-Infinity, from, to], accounts, currency }, bind);
  }
  return `counted as (
    select l.created_at as at, l.currency, split_part(l.entry_id, ':', 2) as kind, 1 as lines,
      case l.side when 'debit' then l.amount_minor else 0 end as debit_minor,
      case l.side when 'credit' then l.amount_minor else 0 end as credit_minor
    from ledger_entries l
    where l.account = 'payee_payable' and l.created_at < ${instant(to, bind)}
      and l.payee_id = any(${bind(payeeIds, 'text[]')}) ${conditions([['l.currency = ?', currency, 'text']], bind)}
  )`;
}
