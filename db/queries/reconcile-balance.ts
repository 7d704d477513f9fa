import { z } from 'zod';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

const positionRow = z.object({
  currency: z.string(),
  clearing_minor: sumColumn,
  in_flight_minor: sumColumn,
});
/** What our books say about money at a provider: its clearing account, and what is sent and has no end yet. */
export type Position = z.infer<typeof positionRow>;

/** The position at a provider in each currency that it was paid in. */
export const readPositions = (db: Db, provider: string): Promise<Position[]> =>
  db.run(
    positionRow,
    `with clearing as (
       select currency, sum(case side when 'debit' then amount_minor else -amount_minor end) as minor
       from ledger_entries where account = 'provider_clearing/' || $1 group by currency
     ),
     in_flight as (
       select currency, sum(amount_minor) as minor from payments
       where provider = $1 and status in ('PROCESSING', 'UNKNOWN') group by currency
     )
     select coalesce(c.currency, f.currency) as currency, coalesce(c.minor, 0) as clearing_minor,
       coalesce(f.minor, 0) as in_flight_minor
     from clearing c full join in_flight f on f.currency = c.currency order by 1`,
    [provider],
    { deadlineMs: 120_000 },
  );

const balanceRow = z.object({
  finished_at: instantColumn,
  currency: z.string(),
  balance_minor: amountColumn,
  clearing_low_minor: amountColumn,
  clearing_high_minor: amountColumn,
  in_flight_minor: amountColumn,
});
/** What the last finished run found of one currency. */
export type EarlierBalance = z.infer<typeof balanceRow>;

/** The balances that the provider's last finished run noted, of the run that ended last. */
export const earlierBalances = (db: Db, provider: string): Promise<EarlierBalance[]> =>
  db.run(
    balanceRow,
    `select r.finished_at, b.currency, b.balance::bigint as balance_minor, b."clearingLow"::bigint as clearing_low_minor,
       b."clearingHigh"::bigint as clearing_high_minor, b."inFlight"::bigint as in_flight_minor
     from (
       select finished_at, report from reconciliations
       where provider = $1 and status = 'DONE' order by finished_at desc limit 1
     ) r
     cross join jsonb_to_recordset(r.report -> 'balances') as b (currency text, balance text, "clearingLow" text,
       "clearingHigh" text, "inFlight" text)
     where b.balance is not null`,
    [provider],
  );
