import { z } from 'zod';
import type { EarningFacts } from '../../domain/risk/conversion-spike.ts';
import type { Db } from '../client.ts';
import { amountColumn } from '../rows.ts';
import { before, DAY_MS, leastIdAt, USUAL_DAYS } from './risk-times.ts';

const earningsRow = z.object({
  payee_id: z.string(),
  currency: z.string(),
  day_minor: amountColumn,
  usual_days: z.number(),
  usual_minor: amountColumn.nullable(),
  earnings: z.number(),
  earned_minor: amountColumn,
  taken_back_minor: amountColumn,
  spike_accepted: z.boolean(),
  refunds_accepted: z.boolean(),
});

/** What a person has let pass is not raised again for so long. */
const SPIKE_ACCEPTED_MS = 7 * DAY_MS;
const REFUNDS_ACCEPTED_MS = 30 * DAY_MS;
/** Earnings may be booked that much later than they were earned and still be looked at. */
const BOOKED_LATER_MS = 30 * DAY_MS;

const acceptedSince = (subject: string, since: string): string => `exists (
  select 1 from risk_events e where e.rule = 'conversion_spike' and e.subject = i.id || ' ${subject}'
    and e.status = 'RESOLVED' and e.resolution <> 'confirmed' and e.resolved_at > ${since}::timestamptz)`;

/**
 * $1 payees, $2 now, $3 a day before, $4 begin of 90 days, $5 of 30 days, $6 least id. Shares of escrows
 * come in large pieces by their nature, and parts and write-offs are not earned.
 */
const EARNINGS = `
  select i.id as payee_id, c.*, ${acceptedSince('earnings', '$7')} as spike_accepted,
    ${acceptedSince('refunds', '$8')} as refunds_accepted
  from unnest($1::text[]) as i (id)
  cross join lateral (
    select c.currency,
      coalesce(sum(c.amount_minor) filter (where c.earned_at > $3::timestamptz and c.amount_minor > 0), 0)::bigint as day_minor,
      count(distinct (c.earned_at at time zone 'UTC')::date) filter (where c.earned_at <= $3::timestamptz and c.amount_minor > 0)::int as usual_days,
      (sum(c.amount_minor) filter (where c.earned_at <= $3::timestamptz and c.amount_minor > 0)
        / nullif(count(distinct (c.earned_at at time zone 'UTC')::date) filter (where c.earned_at <= $3::timestamptz and c.amount_minor > 0), 0))::bigint as usual_minor,
      count(*) filter (where c.earned_at > $5::timestamptz and c.amount_minor > 0)::int as earnings,
      coalesce(sum(c.amount_minor) filter (where c.earned_at > $5::timestamptz and c.amount_minor > 0), 0)::bigint as earned_minor,
      coalesce(sum(abs(c.amount_minor)) filter (where c.earned_at > $5::timestamptz
        and (c.amount_minor < 0 or c.status = 'REVERSED')), 0)::bigint as taken_back_minor
    from commissions c
    where c.payee_id = i.id and c.id >= $6 and c.earned_at > $4::timestamptz and c.earned_at <= $2::timestamptz
      and c.created_at <= $2::timestamptz and c.kind in ('commission', 'adjustment', 'clawback') and c.release_id is null
    group by c.currency
  ) c`;

/** What affiliates earned, by currency. */
export async function earningFacts(
  db: Db,
  payeeIds: readonly string[],
  at: Date,
): Promise<EarningFacts[]> {
  const rows = await db.run(
    earningsRow,
    EARNINGS,
    [
      payeeIds,
      at.toISOString(),
      before(at, DAY_MS),
      before(at, (USUAL_DAYS + 1) * DAY_MS),
      before(at, 30 * DAY_MS),
      leastIdAt('commission', at, (USUAL_DAYS + 1) * DAY_MS + BOOKED_LATER_MS),
      before(at, SPIKE_ACCEPTED_MS),
      before(at, REFUNDS_ACCEPTED_MS),
    ],
    { deadlineMs: 60_000 },
  );
  return rows.map((row) => ({
    payeeId: row.payee_id,
    currency: row.currency,
    dayMinor: row.day_minor,
    usualDays: row.usual_days,
    usualMinor: row.usual_minor,
    earnings: row.earnings,
    earnedMinor: row.earned_minor,
    takenBackMinor: row.taken_back_minor,
    spikeAccepted: row.spike_accepted,
    refundsAccepted: row.refunds_accepted,
  }));
}
