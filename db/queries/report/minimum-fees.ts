import { z } from 'zod';
import type { Db } from '../../client.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { bucketOf, conditions, instant } from './bounds.ts';

const DEADLINE_MS = 30_000;

const feeRow = z.object({ bucket: z.number(), currency: z.string(), amount_minor: sumColumn });
export type MinimumFeeSum = z.infer<typeof feeRow>;

/**
 * What the minimum fees of rules took from earnings, less what was given back of them, by when it was
 * booked. `bounds` are sorted instants in milliseconds.
 */
export function sumMinimumFees(
  db: Db,
  { bounds, currency }: { bounds: readonly number[]; currency?: string | undefined },
): Promise<MinimumFeeSum[]> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  return db.run(
    feeRow,
    `select ${bucketOf('l.created_at', bounds, bind)} as bucket, l.currency,
       sum(case l.side when 'debit' then l.amount_minor else -l.amount_minor end) as amount_minor
     from fee_months f
     join ledger_entries l on l.entry_id = f.commission_id || ':earned' and l.account = 'payee_payable'
     where f.commission_id is not null
       and l.created_at >= ${instant(bounds[0] ?? 0, bind)} and l.created_at < ${instant(bounds.at(-1) ?? 0, bind)}
       ${conditions([['l.currency = ?', currency, 'text']], bind)}
     group by 1, 2 order by 1, 2`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}
