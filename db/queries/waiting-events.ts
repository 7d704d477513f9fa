import { z } from 'zod';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn, onlyRow } from '../rows.ts';

/** Where a look at the waiting events of a provider stands; instants as Postgres writes them. */
export interface WaitingPage {
  /** When this look began. */
  at: string;
  /** When the look before it began; null for none. */
  since: string | null;
  /** The last event of the page before. */
  after: { receivedAt: string; eventId: string } | null;
  limit: number;
}

/** How often an event of that age, in seconds, has been due: at once, after 1, 2, 4 … s, then hourly. */
const looks = (age: string): string =>
  `(case when ${age} < 1 then 0 when ${age} < 3600 then floor(ln(${age}) / ln(2)) + 1 else 12 + floor(${age} / 3600) end)`;
/** An event that a person has replayed counts from then on. */
const BEGAN = 'coalesce(e.applied_at, e.created_at)';
const ageAt = (instant: string): string =>
  `greatest(0, extract(epoch from ${instant} - ${BEGAN}))::float8`;
/** Seconds from an age to the next look. */
const untilNext = (age: string): string =>
  `(case when ${age} < 1 then 1 when ${age} < 3600 then least(3600, power(2, floor(ln(${age}) / ln(2)) + 1))
    else 3600 * (floor(${age} / 3600) + 1) end - ${age})`;

const hintRow = z.object({
  event_id: z.string(),
  received_at: z.string(),
  age_ms: z.number(),
  type: z.string(),
  payload: z.string(),
  id: z.string().nullable(),
  batch_id: z.string().nullable(),
  chunk: z.number().nullable(),
  status: z.enum(PAYMENT_STATES).nullable(),
  current: z.number().nullable(),
  generation: z.number().nullable(),
  failures: z.number().nullable(),
  amount_minor: amountColumn.nullable(),
  currency: z.string().nullable(),
  account_ref: z.string().nullable(),
  provider_payment_id: z.string().nullable(),
  attempt_created_at: instantColumn.nullable(),
});
export type WaitingHint = z.infer<typeof hintRow>;

/**
 * Waiting events of a provider that are due, oldest first, each with the payment and the attempt that
 * it names, whatever state they are in; `since` leaves out those that were looked at not long ago.
 */
export const waitingHints = (db: Db, provider: string, page: WaitingPage): Promise<WaitingHint[]> =>
  db.run(
    hintRow,
    `select e.event_id, e.created_at::text as received_at, ${ageAt('$2::timestamptz')} * 1000 as age_ms, e.type, e.payload,
       p.id, p.batch_id, p.chunk, p.status, p.generation as current, n.generation, p.failures, p.amount_minor,
       p.currency, p.account_ref, t.provider_payment_id, t.created_at as attempt_created_at
     from webhook_events e
     left join lateral (
       select e.payment_id, split_part(e.reference, ':', 2)::int as generation where e.payment_id is not null and e.reference ~ ':[0-9]{1,4}$'
       union all
       (select a.payment_id, a.generation from attempts a
        where e.reference is null and a.group_id is not null and a.provider_payment_id = e.provider_payment_id
        order by a.created_at desc limit 1)) n on true
     left join lateral (
       select * from payments p where p.id = n.payment_id and p.provider = $1 offset 0) p on true
     left join lateral (
       select * from attempts a where a.payment_id = p.id and a.generation = n.generation offset 0) t on true
     where e.provider = $1 and e.result = 'waiting'
       and ($3::timestamptz is null or ${BEGAN} > $3::timestamptz - interval '2 seconds'
         or ${looks(ageAt('$2::timestamptz'))} > ${looks(ageAt('$3::timestamptz'))})
       and ($4::timestamptz is null or (e.created_at, e.event_id) > ($4::timestamptz, $5::text))
     order by e.created_at, e.event_id limit $6`,
    [
      provider,
      page.at,
      page.since,
      page.after?.receivedAt ?? null,
      page.after?.eventId ?? null,
      page.limit,
    ],
  );

/** The database's clock, as events are stamped by it. */
export async function databaseInstant(db: Db): Promise<string> {
  return onlyRow(await db.run(z.object({ at: z.string() }), 'select now()::text as at')).at;
}

/** How many events of a provider still wait, and when the first of them is due again after a look at `at`. */
export async function waitingLeft(db: Db, provider: string, at: string) {
  const rows = await db.run(
    z.object({ left: countColumn, next_ms: z.number().nullable() }),
    `select count(*) as left, (min(${untilNext(ageAt('$2::timestamptz'))}) * 1000)::float8 as next_ms
     from webhook_events e where e.provider = $1 and e.result = 'waiting'`,
    [provider, at],
  );
  const { left, next_ms } = onlyRow(rows);
  return { left, nextMs: Math.ceil(next_ms ?? 0) };
}

/** How an event that waited has ended. */
export interface ClosedEvent {
  eventId: string;
  result: 'applied' | 'ignored' | 'contradiction' | 'unmatched';
  paymentId: string | null;
}

/** Ends events that wait. Safe to repeat: one that has ended stays as it is. */
export const closeEvents = (
  db: Db,
  provider: string,
  closed: readonly ClosedEvent[],
): Promise<unknown> =>
  closed.length === 0
    ? Promise.resolve([])
    : db.run(
        z.unknown(),
        `update webhook_events e set result = c.result, payment_id = coalesce(c.payment_id, e.payment_id),
           applied_at = case c.result when 'applied' then now() end
         from unnest($2::text[], $3::text[], $4::text[]) as c (event_id, result, payment_id)
         where e.provider = $1 and e.event_id = c.event_id and e.result = 'waiting'`,
        [
          provider,
          closed.map(({ eventId }) => eventId),
          closed.map(({ result }) => result),
          closed.map(({ paymentId }) => paymentId),
        ],
      );

/** Providers with events that wait. */
export async function providersWithWaitingEvents(db: Db): Promise<string[]> {
  const rows = await db.run(
    z.object({ provider: z.string() }),
    "select distinct provider from webhook_events where result = 'waiting'",
  );
  return rows.map(({ provider }) => provider);
}

const waitingRow = z.object({
  event_id: z.string(),
  received_at: z.string(),
  payload: z.string(),
});

/** Events of a provider that wait for no look-up any more, oldest first, after those of the page before. */
export const overdueEvents = (
  db: Db,
  provider: string,
  after: { received_at: string; event_id: string } | null,
  limit: number,
) =>
  db.run(
    waitingRow,
    `select e.event_id, e.created_at::text as received_at, e.payload from webhook_events e
     join payments p on p.id = e.payment_id
     where e.provider = $1 and e.result = 'waiting' and p.status <> 'UNKNOWN'
       and ($2::timestamptz is null or (e.created_at, e.event_id) > ($2::timestamptz, $3::text))
     order by e.created_at, e.event_id limit $4`,
    [provider, after?.received_at ?? null, after?.event_id ?? null, limit],
  );
