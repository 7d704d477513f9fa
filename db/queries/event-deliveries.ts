import { z } from 'zod';
import { DELIVERY_STATES, TEST_EVENT, type DeliveryState } from '../../domain/delivery.ts';
import { DomainError } from '../../domain/errors.ts';
import { REPLAYS_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { countColumn, instantColumn, onlyRow } from '../rows.ts';
import type { Actor } from './actor.ts';

const ATTEMPTS_SHOWN_MAX = 50;

const attemptRow = z.object({
  attempt: z.number(),
  responseStatus: z.number().nullable(),
  error: z.string().nullable(),
  durationMs: z.number(),
  at: instantColumn,
});

const deliveryRow = z.object({
  sequence: countColumn,
  event_id: z.string(),
  type: z.string(),
  batch_id: z.string().nullable(),
  payment_id: z.string().nullable(),
  status: z.enum(DELIVERY_STATES),
  tries: z.number(),
  due_at: instantColumn,
  delivered_at: instantColumn.nullable(),
  created_at: instantColumn,
  attempts: z.array(attemptRow),
});
export type DeliveryRow = z.infer<typeof deliveryRow>;

export interface DeliveryFilter {
  status?: DeliveryState | undefined;
  type?: string | undefined;
  /** Only those before it: the last one of the page before. */
  before?: number | undefined;
  limit: number;
}

/** The deliveries to an endpoint, newest event first, each with its last tries. */
export const listDeliveries = (
  db: Db,
  endpointId: string,
  filter: DeliveryFilter,
): Promise<DeliveryRow[]> =>
  db.run(
    deliveryRow,
    `select d.sequence, e.id as event_id, e.type, e.batch_id, e.payment_id, d.status, d.tries, d.due_at,
       d.delivered_at, e.created_at, coalesce(t.attempts, '[]'::jsonb) as attempts
     from event_deliveries d join outbox_events e on e.sequence = d.sequence
     left join lateral (
       select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'responseStatus', a.response_status,
         'error', a.error, 'durationMs', a.duration_ms, 'at', a.created_at) order by a.attempt) as attempts
       from (select * from delivery_attempts a where a.endpoint_id = d.endpoint_id and a.sequence = d.sequence
         order by a.attempt desc limit ${ATTEMPTS_SHOWN_MAX}) a
     ) t on true
     where d.endpoint_id = $1 and ($2::text is null or d.status = $2) and ($3::text is null or e.type = $3)
       and ($4::bigint is null or d.sequence < $4)
     order by d.sequence desc limit $5`,
    [endpointId, filter.status ?? null, filter.type ?? null, filter.before ?? null, filter.limit],
  );

/** Which deliveries of an endpoint to do again. Instants compare with when the event happened. */
export type ReplayOrder =
  | { eventIds: readonly string[] }
  | { from: Date; to: Date }
  /** All that a try has failed for: given up, or waiting for the next try. */
  | { failed: true };

const whichOf = (order: ReplayOrder): { where: string; values: unknown[] } => {
  if ('eventIds' in order) return { where: 'e.id = any($6::text[])', values: [order.eventIds] };
  if ('from' in order) {
    const values = [order.from.toISOString(), order.to.toISOString()];
    return {
      where: 'e.created_at >= $6::text::timestamptz and e.created_at < $7::text::timestamptz',
      values,
    };
  }
  return { where: "(d.status = 'GIVEN_UP' or (d.status = 'PENDING' and d.tries > 0))", values: [] };
};

/**
 * Has events delivered to an endpoint again, whatever became of them: they are due now, with the whole
 * schedule of tries before them. Answers how many. Throws `validation_error`, and changes nothing,
 * where they are too many for one call.
 */
export async function replayDeliveries(
  db: Db,
  endpointId: string,
  order: ReplayOrder,
  actor: Actor,
): Promise<number> {
  const { where, values } = whichOf(order);
  const rows = await db.run(
    z.object({ found: countColumn }),
    `with chosen as materialized (
       select d.sequence from event_deliveries d join outbox_events e on e.sequence = d.sequence
       where d.endpoint_id = $1 and ${where} limit $5::int + 1
     ),
     counted as (select count(*) as found from chosen),
     again as (
       update event_deliveries d set status = 'PENDING', tries = 0, due_at = now(), delivered_at = null
       from chosen c, counted n
       where d.endpoint_id = $1 and d.sequence = c.sequence and n.found <= $5::int
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'endpoint.replayed', 'INFO', $2, $3, $4, jsonb_build_object('endpointId', $1::text, 'events', found)
       from counted where found between 1 and $5::int
     )
     select found from counted`,
    [endpointId, actor.id, actor.ipAddress, actor.userAgent, REPLAYS_MAX, ...values],
    { deadlineMs: 30_000 },
  );
  const { found } = onlyRow(rows);
  if (found <= REPLAYS_MAX) return found;
  throw new DomainError(
    'validation_error',
    `More than ${REPLAYS_MAX} events fit; name a shorter time, one after the other.`,
  );
}

/**
 * Writes a test event for one endpoint, with its audit row. Throws `invalid_state` where the endpoint is
 * disabled; the same event id again changes nothing.
 */
export async function createTestEvent(
  db: Db,
  { endpointId, eventId }: { endpointId: string; eventId: string },
  actor: Actor,
): Promise<void> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with made as (
       insert into outbox_events (id, type, data)
       select $2, '${TEST_EVENT}', jsonb_build_object('endpointId', w.id, 'message', 'A test that a person asked for.')
       from webhook_endpoints w where w.id = $1 and w.status = 'ENABLED' and w.deleted_at is null
       on conflict (id) do nothing returning id
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'endpoint.tested', 'INFO', $3, $4, $5, jsonb_build_object('endpointId', $1::text, 'eventId', id)
       from made
     )
     select id from made union select id from outbox_events where id = $2`,
    [endpointId, eventId, actor.id, actor.ipAddress, actor.userAgent],
  );
  if (rows.length > 0) return;
  throw new DomainError('invalid_state', 'The endpoint is disabled; enable it first.');
}
