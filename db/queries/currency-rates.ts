import { asc, desc } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { currencyRates } from '../schema/security-policy.ts';
import type { Actor } from './actor.ts';

export type CurrencyRateRow = typeof currencyRates.$inferSelect;

/** What one major unit of a currency is worth in the base currency from that day on. */
export interface NewRate {
  currency: string;
  baseCurrency: string;
  /** `YYYY-MM-DD`. */
  day: string;
  /** An exact decimal above zero. */
  rate: string;
}

const RATES_SHOWN_MAX = 10_000;

/** Rates by currency, the newest of each first. */
export const listRates = (db: Db): Promise<CurrencyRateRow[]> =>
  db.orm
    .select()
    .from(currencyRates)
    .orderBy(asc(currencyRates.currency), desc(currencyRates.day))
    .limit(RATES_SHOWN_MAX);

/** Sets rates of days, with an audit row for each that is new or another one. Safe to repeat. */
export async function setRates(db: Db, rates: readonly NewRate[], actor: Actor): Promise<void> {
  await db.run(
    z.object({ currency: z.string() }),
    `with input as (
       select * from unnest($1::text[], $2::text[], $3::date[], $4::numeric[]) as i (currency, base_currency, day, rate)
     ),
     before as (
       select r.* from currency_rates r join input i using (base_currency, currency, day)
     ),
     kept as (
       insert into currency_rates as r (currency, base_currency, day, rate, created_by)
       select currency, base_currency, day, rate, $5 from input
       on conflict (base_currency, currency, day) do update set rate = excluded.rate, created_by = excluded.created_by,
         created_at = now()
       where r.rate <> excluded.rate
       returning r.currency, r.base_currency, r.day, r.rate
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'currency_rate.set', 'WARNING', $5, $6, $7, jsonb_build_object('currency', k.currency, 'baseCurrency',
         k.base_currency, 'day', k.day, 'before', b.rate::text, 'after', k.rate::text)
       from kept k left join before b using (base_currency, currency, day)
     )
     select currency from kept`,
    [
      rates.map(({ currency }) => currency),
      rates.map(({ baseCurrency }) => baseCurrency),
      rates.map(({ day }) => day),
      rates.map(({ rate }) => rate),
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
}
