import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';

/** The first pending event of each lane of an endpoint: one step through the index for each. */
const heads = (endpointId: string): string => `(
  with recursive heads as (
    (select d.lane, d.sequence, d.due_at from event_deliveries d
     where d.endpoint_id = ${endpointId} and d.status = 'PENDING' order by d.lane, d.sequence limit 1)
    union all
    select n.lane, n.sequence, n.due_at from heads h cross join lateral (
      select d.lane, d.sequence, d.due_at from event_deliveries d
      where d.endpoint_id = ${endpointId} and d.status = 'PENDING' and d.lane > h.lane
      order by d.lane, d.sequence limit 1) n
  )
  select lane, sequence, due_at from heads)`;

const LISTENING = "w.status = 'ENABLED' and w.deleted_at is null";

/** Endpoints with an event that is due, by any look that comes now. */
export async function endpointsWithDueEvents(db: Db): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select w.id from webhook_endpoints w
     where ${LISTENING} and exists (select 1 from ${heads('w.id')} h where h.due_at <= now())`,
  );
  return rows.map(({ id }) => id);
}

/** Lanes of an endpoint whose first event is due, oldest event first, without those that are busy. */
export async function dueLanes(
  db: Db,
  endpointId: string,
  { busy, limit }: { busy: readonly string[]; limit: number },
): Promise<string[]> {
  const rows = await db.run(
    z.object({ lane: z.string() }),
    `select h.lane from ${heads('$1')} h
     where h.due_at <= now() and h.lane <> all($2::text[])
       and exists (select 1 from webhook_endpoints w where w.id = $1 and ${LISTENING})
     order by h.sequence limit $3`,
    [endpointId, busy, limit],
  );
  return rows.map(({ lane }) => lane);
}

const eventRow = z.object({
  sequence: countColumn,
  tries: z.number(),
  id: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  created_at: instantColumn,
  url: z.string(),
  secret_sealed: z.string(),
  old_secret_sealed: z.string().nullable(),
});
export type DueEvent = z.infer<typeof eventRow>;

/**
 * The next event of a lane, with where it goes and what signs it as of now; null where it is not due yet,
 * where there is none after `after`, or where the endpoint takes nothing.
 */
export async function nextEvent(
  db: Db,
  endpointId: string,
  { lane, after }: { lane: string; after: number },
): Promise<DueEvent | null> {
  const [row] = await db.run(
    eventRow,
    `select d.sequence, d.tries, e.id, e.type, e.data, e.created_at, w.url, w.secret_sealed,
       case when w.old_secret_until > now() then w.old_secret_sealed end as old_secret_sealed
     from (select * from event_deliveries d
       where d.endpoint_id = $1 and d.lane = $2 and d.status = 'PENDING' and d.sequence > $3
       order by d.lane, d.sequence limit 1) d
     join webhook_endpoints w on w.id = d.endpoint_id and ${LISTENING}
     join outbox_events e on e.sequence = d.sequence
     where d.due_at <= now()`,
    [endpointId, lane, after],
  );
  return row ?? null;
}

/** What came of a try: delivered, the endpoint is gone, or failed with the wait for the next try. */
export interface Tried {
  endpointId: string;
  sequence: number;
  /** Its tries before this one. */
  tries: number;
  /** A wait of null gives the event up. */
  verdict: { is: 'delivered' } | { is: 'gone' } | { is: 'failed'; waitMs: number | null };
  /** Null where there was no answer. */
  responseStatus: number | null;
  error: string | null;
  durationMs: number;
}

/**
 * Records a try with what follows from it: the delivery's state, the end of an endpoint that is gone, the
 * audit rows of both. Safe to repeat. Answers the state, or null where somebody has replayed or ended
 * the delivery meanwhile.
 */
export async function recordTry(db: Db, tried: Tried): Promise<string | null> {
  const { verdict } = tried;
  const [row] = await db.run(
    z.object({ status: z.string() }),
    `with tried as (
       update event_deliveries d set tries = d.tries + 1,
         status = case when $4 = 'delivered' then 'DELIVERED' when $4 = 'failed' and $5::float8 is null then 'GIVEN_UP'
           else 'PENDING' end,
         delivered_at = case when $4 = 'delivered' then now() end,
         due_at = coalesce(now() + $5::float8 * interval '1 ms', d.due_at)
       where d.endpoint_id = $1 and d.sequence = $2 and d.status = 'PENDING' and (d.tries = $3 or $4 = 'delivered')
       returning d.endpoint_id, d.sequence, d.status
     ),
     attempt as (
       insert into delivery_attempts (endpoint_id, sequence, attempt, response_status, error, duration_ms)
       select endpoint_id, sequence, 1 + coalesce((select max(a.attempt) from delivery_attempts a
         where a.endpoint_id = $1 and a.sequence = $2), 0), $6::int, $7, $8::int
       from tried
     ),
     disabled as (
       update webhook_endpoints w set status = 'DISABLED', disabled_reason = 'it answered 410', updated_at = now()
       from tried where $4 = 'gone' and w.id = tried.endpoint_id and w.status = 'ENABLED'
       returning w.id
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, payment_id, actor, details)
       select 'endpoint.disabled', 'WARNING', null, null, 'system',
         jsonb_build_object('endpointId', id, 'reason', 'it answered 410')
       from disabled
       union all
       select 'endpoint.event_given_up', 'WARNING', e.batch_id, e.payment_id, 'system', jsonb_build_object(
         'endpointId', t.endpoint_id, 'eventId', e.id, 'type', e.type, 'responseStatus', $6::int, 'error', $7::text)
       from tried t join outbox_events e on e.sequence = t.sequence where t.status = 'GIVEN_UP'
     )
     select status from tried`,
    [
      tried.endpointId,
      tried.sequence,
      tried.tries,
      verdict.is,
      verdict.is === 'failed' ? verdict.waitMs : null,
      tried.responseStatus,
      tried.error,
      tried.durationMs,
    ],
  );
  return row?.status ?? null;
}

/** How many events wait for an endpoint that takes them, and how long until the first of them is due. */
export async function pendingLeft(db: Db, endpointId: string) {
  const [row] = await db.run(
    z.object({ left: countColumn, next_ms: z.number().nullable() }),
    `select (select count(*) from event_deliveries d where d.endpoint_id = w.id and d.status = 'PENDING') as left,
       (select (extract(epoch from min(h.due_at) - now()) * 1000)::float8 from ${heads('w.id')} h) as next_ms
     from webhook_endpoints w where w.id = $1 and ${LISTENING}`,
    [endpointId],
  );
  return { left: row?.left ?? 0, nextMs: Math.max(0, Math.ceil(row?.next_ms ?? 0)) };
}
