import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { bucketOf, conditions, instant, slotsByRow } from './bounds.ts';

const DEADLINE_MS = 30_000;

/** Which lines of the ledger are meant: those for which all holds that is given. */
export interface LedgerSumsAsked {
  /** Sorted instants in milliseconds, the first of which may be `-Infinity`: sums between each and the next. */
  bounds: readonly number[];
  /** Accounts by their names, or all accounts of a kind: `provider_clearing/*`. */
  accounts: readonly string[];
  currency?: string | undefined;
}

/** Lines of one account and kind of entry between two bounds. `bucket` counts from 0. */
const sumRow = z.object({
  bucket: z.number(),
  account: z.string(),
  currency: z.string(),
  /** What stands after the first colon of the entries' ids: `settled`, `returned`, `earned` … */
  kind: z.string(),
  lines: countColumn,
  debit_minor: sumColumn,
  credit_minor: sumColumn,
});
export type LedgerSum = z.infer<typeof sumRow>;

/**
 * Debits and credits of accounts between bounds, by currency and kind of entry. Answers what is committed
 * at that instant, like `sumPayments`.
 */
export function sumLedger(db: Db, asked: LedgerSumsAsked): Promise<LedgerSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const counted = countedLines(asked, bind);
  return db.run(
    sumRow,
    `with ${counted}
     select ${bucketOf('at', asked.bounds, bind)} as bucket, account, currency, kind, sum(lines)::bigint as lines, sum(debit_minor) as debit_minor,
       sum(credit_minor) as credit_minor
     from counted
     group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}

/**
 * Common table expressions that end in `counted`, with the columns `at, account, currency, kind, lines,
 * debit_minor, credit_minor`.
 */
export function countedLines(asked: LedgerSumsAsked, bind: Bind): string {
  const { bounds } = asked;
  const first = instant(bounds[0] ?? 0, bind);
  const end = instant(bounds.at(-1) ?? 0, bind);
  const meant = linesMeant(asked, bind);
  return `
    by_row as materialized (${slotsByRow(bounds, 'ledger', bind)}),
    counted as (
      select slot as at, account, currency, kind, lines, debit_minor, credit_minor
      from ledger_slots where slot >= ${first} and slot < ${end} and slot not in (select slot from by_row) ${meant}
      union all
      select created_at, account, currency, split_part(entry_id, ':', 2), 1,
        case side when 'debit' then amount_minor else 0 end, case side when 'credit' then amount_minor else 0 end
      from by_row r
      cross join lateral (
        select * from ledger_entries
        where created_at >= greatest(r.slot, ${first}) and created_at < least(r.slot + interval '15 minutes', ${end}) offset 0
      ) l
      where true ${meant}
    )`;
}

const ALL = '/*';

/** Both tables name account and currency alike. */
function linesMeant({ accounts, currency }: LedgerSumsAsked, bind: Bind): string {
  const named = accounts.filter((name) => !name.endsWith(ALL));
  const kinds = accounts.filter((name) => name.endsWith(ALL)).map((name) => name.slice(0, -1));
  const either = [
    `account = any(${bind(named, 'text[]')})`,
    ...kinds.map((start) => `starts_with(account, ${bind(start, 'text')})`),
  ];
  return `and (${either.join(' or ')}) ${conditions([['currency = ?', currency, 'text']], bind)}`;
}
