import { z } from 'zod';
import type { Db } from '../client.ts';
import { readEvent, type IncomingEvent } from './webhooks.ts';

/** What a stored hint waits for, or why it does not. */
export type HintResult = 'waiting' | 'ignored' | 'unmatched';

/**
 * An event without our reference may come before the answer that tells the provider's own id of its
 * payment; so it waits as well. One that says no more than the books do is done at once.
 */
const storeStatement = `
  with given as materialized (
    select distinct on (event_id) * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[]) with ordinality
      as g (event_id, type, reference, payload, payment_id, provider_payment_id, verdict, place)
    where not exists (
      select 1 from webhook_events e where e.provider = $1 and e.event_id = g.event_id offset 0)
    order by event_id, place
  ),
  results as materialized (
    select g.*, p.id as found, p.batch_id,
      case
        when g.verdict is null then 'ignored'
        when p.id is not null and g.verdict = 'ACCEPTED' and p.status <> 'UNKNOWN' then 'ignored'
        when p.id is not null then 'waiting'
        when g.reference is null and g.provider_payment_id is not null then 'waiting'
        else 'unmatched'
      end as result
    from given g
    left join lateral (
      select p.id, p.batch_id, p.status from payments p
      where p.provider = $1 and p.id = coalesce(g.payment_id, (
        select a.payment_id from attempts a
        where g.reference is null and a.group_id is not null and a.provider_payment_id = g.provider_payment_id
        order by a.created_at desc limit 1))
      offset 0) p on true
  ),
  stored as (
    insert into webhook_events (provider, event_id, type, reference, payment_id, provider_payment_id, payload, result)
    select $1, event_id, type, reference, found, provider_payment_id, payload, result from results
    on conflict (provider, event_id) do nothing
    returning event_id, result
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, details)
    select 'webhook.received', case r.result when 'unmatched' then 'WARNING' else 'INFO' end, r.batch_id, r.found,
      'provider:' || $1, jsonb_build_object('eventId', r.event_id, 'result', r.result)
    from results r join stored s on s.event_id = r.event_id
  )
  select event_id, result from stored`;

const storedRow = z.object({
  event_id: z.string(),
  result: z.enum(['waiting', 'ignored', 'unmatched']),
});

/**
 * Stores authentic events of a provider whose events are hints, all in one statement; no payment
 * changes. Answers for each, in order, whether it waits to be confirmed by the provider's own read.
 */
export async function storeHints(
  db: Db,
  provider: string,
  incoming: readonly IncomingEvent[],
): Promise<(HintResult | 'duplicate')[]> {
  const rows = incoming.map(({ event, payload }) => ({ event, payload, ...readEvent(event) }));
  const stored = await db.run(storedRow, storeStatement, [
    provider,
    rows.map(({ event }) => event.eventId),
    rows.map(({ event }) => event.type),
    rows.map(({ event }) => event.reference),
    rows.map(({ payload }) => payload),
    rows.map(({ paymentId }) => paymentId),
    rows.map(({ event }) => event.providerPaymentId),
    rows.map(({ verdict }) => verdict?.verdict ?? null),
  ]);
  const byEvent = new Map(stored.map(({ event_id, result }) => [event_id, result]));
  return incoming.map(({ event }) => {
    const result = byEvent.get(event.eventId) ?? 'duplicate';
    byEvent.delete(event.eventId);
    return result;
  });
}
