import { z } from 'zod';
import { parseReference } from '../../domain/ids.ts';
import type { WebhookEvent } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { toVerdict } from './record-outcomes.ts';
import { recordStatement } from './record-statement.ts';

/** What an event did. `duplicate` was seen before; `waiting` waits for a look-up of its payment. */
export type WebhookResult =
  'applied' | 'duplicate' | 'waiting' | 'ignored' | 'contradiction' | 'unmatched';

/**
 * An authentic event moves a payment only forward, only with our own amount, and never out of
 * UNKNOWN, which a look-up alone may settle. What contradicts the books is kept for a person.
 */
const applyStatement = `
  with given as (
    select distinct on (event_id) * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[],
      $15::float8[], $16::int[], $17::int[])
      as g (event_id, type, reference, payload, payment_id, generation, verdict, provider_payment_id,
        provider_code, failure_code, failure_reason, amount_minor, currency, delay_ms, retries, blocks)
    where not exists (select 1 from webhook_events e where e.provider = $1 and e.event_id = g.event_id)
  ),
  matched as (
    select g.*, p.status as was, p.batch_id,
      p.provider = $1 and p.amount_minor = g.amount_minor and p.currency = g.currency
        and p.generation = g.generation
        and (p.provider_payment_id is null or p.provider_payment_id = g.provider_payment_id) as fits
    from given g join payments p on p.id = g.payment_id
  ),
  input as (
    select distinct on (payment_id) payment_id as id, generation, verdict, provider_payment_id, provider_code,
      failure_code, failure_reason, false as burns, delay_ms, retries, blocks = 1 as blocks
    from matched
    where fits and (was = 'PROCESSING' or (was = 'COMPLETED' and verdict = 'RETURNED'))
      and verdict in ('SETTLED', 'FAILED', 'RETURNED')
    order by payment_id, case verdict when 'RETURNED' then 1 else 0 end
  ), ${recordStatement('true')},
  results as (
    select g.event_id, m.batch_id, m.payment_id,
      case
        when c.id is not null then 'applied'
        when m.event_id is null then 'unmatched'
        when not m.fits or m.verdict is null then 'contradiction'
        when m.was in ('UNKNOWN', 'PENDING', 'ON_HOLD') then 'waiting'
        when m.verdict = 'ACCEPTED' or (m.verdict = 'SETTLED' and m.was in ('COMPLETED', 'RETURNED'))
          or (m.verdict = 'FAILED' and m.was = 'FAILED') or (m.verdict = 'RETURNED' and m.was = 'RETURNED') then 'ignored'
        when m.was in ('PROCESSING', 'COMPLETED') and m.verdict = 'RETURNED' then 'waiting'
        else 'contradiction'
      end as result
    from given g
    left join matched m on m.event_id = g.event_id
    left join changed c on c.id = m.payment_id and c.verdict = m.verdict
  ),
  stored as (
    insert into webhook_events (provider, event_id, type, reference, payment_id, payload, result, applied_at)
    select $1, g.event_id, g.type, g.reference, r.payment_id, g.payload, r.result,
      case r.result when 'applied' then now() end
    from given g join results r on r.event_id = g.event_id
    on conflict (provider, event_id) do nothing
    returning event_id
  ),
  trail_of_events as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, details)
    select 'webhook.received',
      case when r.result in ('contradiction', 'unmatched') then 'WARNING' else 'INFO' end, r.batch_id, r.payment_id, 'provider:' || $1,
      jsonb_build_object('eventId', r.event_id, 'result', r.result)
    from results r join stored s on s.event_id = r.event_id
  )
  select r.event_id, r.result, c.batch_id
  from results r join stored s on s.event_id = r.event_id
  left join changed c on c.id = r.payment_id and r.result = 'applied'`;

const resultRow = z.object({
  event_id: z.string(),
  result: z.enum(['applied', 'waiting', 'ignored', 'contradiction', 'unmatched']),
  batch_id: z.string().nullable(),
});

/** One event as it came in: what it says, and the exact body. */
export interface IncomingEvent {
  event: WebhookEvent;
  payload: string;
}

/**
 * Stores authentic events and applies them, all in one statement. Answers what each did, in order,
 * and the batches of which the last open payment settled by it, whose workflows want to know.
 */
export async function applyWebhooks(db: Db, provider: string, incoming: readonly IncomingEvent[]) {
  const rows = incoming.map(({ event, payload }) => ({ event, payload, ...read(event) }));
  const answers = await db.run(resultRow, applyStatement, [
    provider,
    rows.map(({ event }) => event.eventId),
    rows.map(({ event }) => event.type),
    rows.map(({ event }) => event.reference),
    rows.map(({ payload }) => payload),
    rows.map(({ paymentId }) => paymentId),
    rows.map(({ generation }) => generation),
    rows.map(({ verdict }) => verdict?.verdict ?? null),
    rows.map(({ verdict }) => verdict?.providerPaymentId ?? null),
    rows.map(({ verdict }) => verdict?.providerCode ?? null),
    rows.map(({ verdict }) => verdict?.failureCode ?? null),
    rows.map(({ verdict }) => verdict?.failureReason ?? null),
    rows.map(({ event }) => event.amountMinor),
    rows.map(({ event }) => event.currency),
    rows.map(({ verdict }) => verdict?.delayMs ?? 0),
    rows.map(({ verdict }) => verdict?.laterRetriesMax ?? 0),
    rows.map(({ verdict }) => Number(verdict?.blocksAccount ?? false)),
  ]);
  const byEvent = new Map<string, WebhookResult>(
    answers.map((answer) => [answer.event_id, answer.result]),
  );
  const touched = new Set(answers.flatMap(({ batch_id }) => (batch_id ? [batch_id] : [])));
  const results = incoming.map(({ event }): WebhookResult => {
    const result = byEvent.get(event.eventId) ?? 'duplicate';
    byEvent.delete(event.eventId);
    return result;
  });
  return { results, settledBatchIds: touched.size > 0 ? await settledOf(db, [...touched]) : [] };
}

function read(event: WebhookEvent) {
  const parsed = event.reference === null ? null : parseReference(event.reference);
  const paymentId = parsed?.paymentId ?? null;
  const generation = parsed?.generation ?? null;
  if (!parsed || !event.outcome || event.outcome.kind === 'AMBIGUOUS')
    return { paymentId, generation, verdict: null };
  return { paymentId, generation, verdict: toVerdict({ ...parsed, failures: 0 }, event.outcome) };
}

/** Of these batches, those that wait for nothing more. Asked after the commit, so one asker sees it. */
export async function settledOf(db: Db, batchIds: readonly string[]): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select b.id from batches b
     where b.id = any($1) and b.status = 'SETTLING' and not exists (
       select 1 from payments p where p.batch_id = b.id and p.status in ('PENDING', 'PROCESSING', 'UNKNOWN'))`,
    [[...batchIds]],
  );
  return rows.map(({ id }) => id);
}
