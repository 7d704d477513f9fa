import { z } from 'zod';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Db } from '../client.ts';
import { sumColumn } from './preview.ts';

/** Whose earnings are looked at. */
export interface ForecastAsked {
  payeeId: string;
  currency: string;
  programmeId: string;
  /** In whose days what matures is counted. */
  zone: string;
}

/** Days for which what matures is told, at most. */
const DAYS_MAX = 400;

/** What was earned and is in no payment; what is held or pending without a date is left out. */
const EARNED = `
  select coalesce(c.available_at, c.earned_at) as at, c.amount_minor
  from commissions c left join payables p on p.id = c.payable_id and p.payee_id = c.payee_id
  where c.payee_id = $1 and c.currency = $2 and coalesce(c.programme_id, '${DEFAULT_PROGRAMME_ID}') = $3
    and ((c.status = 'PENDING' and c.available_at is not null and not c.held)
      or (c.status = 'APPROVED' and p.payment_id is null and p.paid_at is null and not p.held))`;

/** What will have matured before each of these instants, at what is earned already. */
export async function maturedBy(
  db: Db,
  { payeeId, currency, programmeId }: ForecastAsked,
  cutoffs: readonly Date[],
): Promise<bigint[]> {
  const rows = await db.run(
    z.object({ amount: sumColumn }),
    `with earned as materialized (${EARNED})
     select coalesce((select sum(amount_minor) from earned where at < i.cutoff), 0) as amount
     from unnest($4::timestamptz[]) with ordinality as i (cutoff, place) order by place`,
    [payeeId, currency, programmeId, cutoffs.map((cutoff) => cutoff.toISOString())],
  );
  return rows.map(({ amount }) => amount);
}

/** What matures from now on, by day. */
export const maturingByDay = (db: Db, { payeeId, currency, programmeId, zone }: ForecastAsked) =>
  db.run(
    z.object({ day: z.string(), amount: sumColumn }),
    `with earned as materialized (${EARNED})
     select (at at time zone $4)::date::text as day, sum(amount_minor) as amount
     from earned where at > now() group by 1 order by 1 limit ${DAYS_MAX}`,
    [payeeId, currency, programmeId, zone],
  );

/** The least that is paid out in a currency where no rule says another; and what the account's channel takes at least. */
export async function currencyMinimum(
  db: Db,
  { payeeId, currency }: ForecastAsked,
  provider: string,
): Promise<bigint[]> {
  const rows = await db.run(
    z.object({ own: z.bigint(), channel: z.bigint().nullable() }),
    `select m.minimum_payout_minor as own, l.minimum_minor as channel from currencies m
     left join accounts a on a.payee_id = $1 and a.provider = $3
     left join provider_channels l on l.provider = $3 and l.currency = m.code and l.channel_code = a.channel_code
     where m.code = $2`,
    [payeeId, currency, provider],
  );
  return rows.flatMap(({ own, channel }) => [own, channel ?? 0n]);
}
