import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';
import { webhookEvents } from '../schema/webhook-events.ts';
import type { Actor } from './actor.ts';

export const EVENT_RESULTS = [
  'applied',
  'waiting',
  'ignored',
  'contradiction',
  'unmatched',
] as const;
export type EventResult = (typeof EVENT_RESULTS)[number];

const eventRow = z.object({
  provider: z.string(),
  event_id: z.string(),
  type: z.string(),
  result: z.enum(EVENT_RESULTS),
  reference: z.string().nullable(),
  payment_id: z.string().nullable(),
  provider_payment_id: z.string().nullable(),
  replays: z.number(),
  created_at: instantColumn,
  applied_at: instantColumn.nullable(),
  /** The instant with its microseconds, for the cursor. */
  place: z.string(),
});
export type EventRow = z.infer<typeof eventRow>;

export interface EventFilter {
  provider?: string | undefined;
  result?: EventResult | undefined;
  paymentId?: string | undefined;
  /** About any payment of this batch. */
  batchId?: string | undefined;
  /** Only events before this one: the last one of the page before. */
  before?: readonly [place: string, provider: string, eventId: string] | undefined;
  limit: number;
}

const COLUMNS = `provider, event_id, type, result, reference, payment_id, provider_payment_id, replays, created_at,
       applied_at, created_at::text as place`;

/** Asked for only where it is meant, so that the index of payments leads to the events. */
const OF_BATCH = 'and payment_id in (select p.id from payments p where p.batch_id = $8)';

/** Stored events, newest first, without their bodies. */
export const listEvents = (db: Db, filter: EventFilter): Promise<EventRow[]> =>
  db.run(
    eventRow,
    `select ${COLUMNS}
     from webhook_events
     where ($1::text is null or provider = $1) and ($2::text is null or result = $2)
       and ($3::text is null or payment_id = $3)
       and ($4::timestamptz is null or (created_at, provider, event_id) < ($4::timestamptz, $5::text, $6::text))
       ${filter.batchId === undefined ? '' : OF_BATCH}
     order by created_at desc, provider desc, event_id desc limit $7`,
    [
      filter.provider ?? null,
      filter.result ?? null,
      filter.paymentId ?? null,
      filter.before?.[0] ?? null,
      filter.before?.[1] ?? null,
      filter.before?.[2] ?? null,
      filter.limit,
      ...(filter.batchId === undefined ? [] : [filter.batchId]),
    ],
  );

/** One stored event with its kept body; null where there is no such event. */
export async function findEvent(db: Db, provider: string, eventId: string) {
  const [row] = await db.run(
    eventRow.extend({ payload: z.string() }),
    `select ${COLUMNS}, payload from webhook_events where provider = $1 and event_id = $2`,
    [provider, eventId],
  );
  return row ?? null;
}

/** The kept body of an event; null where there is no such event. */
export async function findEventBody(
  db: Db,
  provider: string,
  eventId: string,
): Promise<string | null> {
  const [row] = await db.orm
    .select({ payload: webhookEvents.payload })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.provider, provider), eq(webhookEvents.eventId, eventId)))
    .limit(1);
  return row?.payload ?? null;
}

const CONFIRMABLE =
  "e.result <> 'applied' and (e.payment_id is not null or e.provider_payment_id is not null)";

/**
 * Has a hint confirmed once more for a person: it waits again, as if it had come now, unless it was
 * applied. Counted and audited. Answers what it is now.
 */
export async function replayHint(
  db: Db,
  provider: string,
  eventId: string,
  actor: Actor,
): Promise<EventResult | null> {
  const [row] = await db.run(
    z.object({ result: z.enum(EVENT_RESULTS) }),
    `with again as (
       update webhook_events e set replays = e.replays + 1,
         result = case when ${CONFIRMABLE} then 'waiting' else e.result end,
         applied_at = case when ${CONFIRMABLE} then now() else e.applied_at end
       where e.provider = $1 and e.event_id = $2
       returning e.event_id, e.payment_id, e.result
     ),
     trail as (
       insert into audit_logs (action, status, payment_id, actor, ip_address, user_agent, details)
       select 'webhook.replayed', 'INFO', payment_id, $3, $4, $5,
         jsonb_build_object('provider', $1::text, 'eventId', event_id, 'result', result)
       from again
     )
     select result from again`,
    [provider, eventId, actor.id, actor.ipAddress, actor.userAgent],
    { repeatable: false },
  );
  return row?.result ?? null;
}
