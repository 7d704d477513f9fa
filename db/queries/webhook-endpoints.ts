import { and, desc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ENDPOINTS_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { webhookEndpoints } from '../schema/outgoing-events.ts';
import type { Actor } from './actor.ts';

export type EndpointRow = typeof webhookEndpoints.$inferSelect;

const idRow = z.object({ id: z.string() });

/** Every one of these statements may touch as many deliveries as wait for an endpoint. */
const DEADLINE = { deadlineMs: 30_000 };

/** The endpoints that were not deleted, newest first. */
export const listEndpoints = (db: Db): Promise<EndpointRow[]> =>
  db.orm
    .select()
    .from(webhookEndpoints)
    .where(isNull(webhookEndpoints.deletedAt))
    .orderBy(desc(webhookEndpoints.id));

/** One endpoint. Throws `not_found`, for a deleted one too. */
export async function findEndpoint(db: Db, id: string): Promise<EndpointRow> {
  const [row] = await db.orm
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.deletedAt)))
    .limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such endpoint; check the id.');
  return row;
}

export interface NewEndpoint {
  id: string;
  url: string;
  description: string | null;
  /** Empty for all. */
  eventTypes: readonly string[];
  secretSealed: string;
}

/** Registers an endpoint, with its audit row. Throws `invalid_state` where there are too many. */
export async function createEndpoint(
  db: Db,
  endpoint: NewEndpoint,
  actor: Actor,
): Promise<EndpointRow> {
  await db.run(
    idRow,
    `with made as (
       insert into webhook_endpoints (id, url, description, event_types, secret_sealed, created_by)
       select $1, $2, $3, $4::text::jsonb, $5, $6
       where (select count(*) from webhook_endpoints where deleted_at is null) < ${ENDPOINTS_MAX}
       on conflict (id) do nothing returning id
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'endpoint.created', 'SUCCESS', $6, $7, $8,
         jsonb_build_object('endpointId', id, 'host', $9::text, 'eventTypes', $4::text::jsonb)
       from made
     )
     select id from made`,
    [
      endpoint.id,
      endpoint.url,
      endpoint.description,
      JSON.stringify(endpoint.eventTypes),
      endpoint.secretSealed,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      new URL(endpoint.url).host,
    ],
  );
  const row = (await listEndpoints(db)).find(({ id }) => id === endpoint.id);
  if (row) return row;
  throw new DomainError(
    'invalid_state',
    `There are ${ENDPOINTS_MAX} endpoints already; delete one first.`,
  );
}

/** What a person changes; what is left out stays. */
export interface EndpointChange {
  url?: string | undefined;
  eventTypes?: readonly string[] | undefined;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
}

/** What the audit row of a change tells of an endpoint. A path or a query may hold a secret: of its URL the host alone. */
const shown = (row: string): string =>
  `jsonb_build_object('host', substring(${row}.url from '^https?://([^/?#]*)'), 'urlHash', left(encode(sha256(convert_to(${row}.url, 'UTF8')), 'hex'), 16),
    'eventTypes', ${row}.event_types, 'description', ${row}.description, 'status', ${row}.status, 'disabledReason', ${row}.disabled_reason)`;

/**
 * Changes an endpoint, with its audit row. One that is enabled gets all that waits for it at once, with
 * the whole schedule of tries before it. Throws `not_found`.
 */
export async function updateEndpoint(
  db: Db,
  id: string,
  change: EndpointChange,
  actor: Actor,
): Promise<EndpointRow> {
  const { url, eventTypes, description, enabled } = change;
  const changed = Object.entries(change).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  await db.run(
    idRow,
    `with before as materialized (select * from webhook_endpoints where id = $1 for update),
     changed as (
       update webhook_endpoints w set
         url = coalesce($2, w.url), event_types = coalesce($3::text::jsonb, w.event_types),
         description = case when $4::bool then $5 else w.description end,
         status = case $6::bool when true then 'ENABLED' when false then 'DISABLED' else w.status end,
         disabled_reason = case $6::bool when true then null when false then coalesce(w.disabled_reason, 'by a person')
           else w.disabled_reason end,
         updated_at = now()
       from before b
       where w.id = b.id and w.deleted_at is null
       returning w.id, audit_changes(${shown('b')}, ${shown('w')}) as changes
     ),
     waiting as (
       update event_deliveries d set due_at = now(), tries = 0 from changed c
       where $6::bool and d.endpoint_id = c.id and d.status = 'PENDING'
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select case when not $6::bool then 'endpoint.disabled' else 'endpoint.updated' end, 'SUCCESS', $7, $8, $9,
         jsonb_strip_nulls(jsonb_build_object('endpointId', id, 'changed', $10::text::jsonb, 'enabled', $6::bool)) || changes
       from changed
     )
     select id from changed`,
    [
      id,
      url ?? null,
      eventTypes ? JSON.stringify(eventTypes) : null,
      description !== undefined,
      description ?? null,
      enabled ?? null,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      JSON.stringify(changed),
    ],
    DEADLINE,
  );
  return findEndpoint(db, id);
}

/** Deletes an endpoint for good: what waits for it is given up, with its audit row. Throws `not_found`. */
export async function deleteEndpoint(db: Db, id: string, actor: Actor): Promise<EndpointRow> {
  const row = await findEndpoint(db, id);
  await db.run(
    idRow,
    `with gone as (
       update webhook_endpoints set deleted_at = now(), updated_at = now(),
         old_secret_sealed = null, old_secret_until = null
       where id = $1 and deleted_at is null returning id
     ),
     standing as (select ${shown('w')} as before from webhook_endpoints w where w.id = $1),
     given_up as (
       update event_deliveries d set status = 'GIVEN_UP' from gone
       where d.endpoint_id = gone.id and d.status = 'PENDING' returning 1
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'endpoint.deleted', 'WARNING', $2, $3, $4,
         jsonb_build_object('endpointId', id, 'givenUp', (select count(*) from given_up), 'before', before, 'after', null)
       from gone cross join standing
     )
     select id from gone`,
    [id, actor.id, actor.ipAddress, actor.userAgent],
    DEADLINE,
  );
  return row;
}

/**
 * Puts a new secret in the place of the old one, which signs beside it for so many hours, with its audit
 * row. The one before the old one ends at once. Throws `not_found`.
 */
export async function rotateSecret(
  db: Db,
  { id, secretSealed, overlapHours }: { id: string; secretSealed: string; overlapHours: number },
  actor: Actor,
): Promise<EndpointRow> {
  // Where the statement is repeated after a lost answer, the new secret must not become the old one.
  await db.run(
    idRow,
    `with changed as (
       update webhook_endpoints set secret_sealed = $2,
         old_secret_sealed = case when $3::int > 0 then secret_sealed end,
         old_secret_until = case when $3::int > 0 then now() + $3::int * interval '1 hour' end,
         updated_at = now()
       where id = $1 and deleted_at is null and secret_sealed <> $2 returning id, old_secret_until
     ),
     standing as (select old_secret_until from webhook_endpoints where id = $1),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'endpoint.secret_rotated', 'SUCCESS', $4, $5, $6,
         jsonb_build_object('endpointId', c.id, 'overlapHours', $3::int,
           'before', jsonb_build_object('oldSecretUntil', s.old_secret_until),
           'after', jsonb_build_object('oldSecretUntil', c.old_secret_until))
       from changed c cross join standing s
     )
     select id from changed`,
    [id, secretSealed, overlapHours, actor.id, actor.ipAddress, actor.userAgent],
  );
  return findEndpoint(db, id);
}
