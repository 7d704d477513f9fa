import { openedTrail, RANKED_CASE_ID } from './cases.ts';
import { freezeStatement } from './freeze-payments.ts';
import { recordStatement } from './record-statement.ts';

/**
 * New events are inserted; events that are stored already are looked at again, for a person or not:
 * the last three parameters, from number `actor` on, tell for whom.
 */
export type Intake = 'new' | 'again';

/** `offset 0` keeps each look-up by its key, however the table has grown since it was planned. */
const STORED = 'select 1 from webhook_events e where e.provider = $1 and e.event_id = g.event_id';

/** Which of the events `g` are taken in. */
export const taken = (intake: Intake, actor: number): string =>
  intake === 'new'
    ? `not exists (${STORED} offset 0)`
    : `exists (${STORED} and (e.result = 'waiting' or $${actor}::text is not null) offset 0)`;

const ACTOR = 18;

/** What each event says, beside the payment that it names; the first of those that arrive together counts. */
const matched = (intake: Intake): string => `
  given as materialized (
    select distinct on (event_id) * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[],
      $15::float8[], $16::int[], $17::int[]) with ordinality
      as g (event_id, type, reference, payload, payment_id, generation, verdict, provider_payment_id,
        provider_code, failure_code, failure_reason, amount_minor, currency, delay_ms, retries, blocks, place)
    where ${taken(intake, ACTOR)}
    order by event_id, place
  ),
  matched as materialized (
    select g.*, p.status as was, p.batch_id, p.generation as current,
      p.provider = $1 and p.amount_minor = g.amount_minor and p.currency = g.currency
        and (p.generation <> g.generation or p.provider_payment_id is null
          or p.provider_payment_id = g.provider_payment_id) as ours
    from given g cross join lateral (select * from payments p where p.id = g.payment_id offset 0) p
  )`;

/** Money that came back had arrived before, whether we were told so or not. */
const INPUT = `
  input as (
    select distinct on (payment_id) payment_id as id, event_id, generation,
      case when was = 'PROCESSING' and verdict = 'RETURNED' then 'SETTLED' else verdict end as verdict,
      provider_payment_id, case when was = 'PROCESSING' and verdict = 'RETURNED' then null else provider_code end as provider_code,
      failure_code, failure_reason, false as burns, delay_ms, retries, blocks = 1 as blocks
    from matched
    where ours and generation = current
      and ((was = 'PROCESSING' and verdict in ('SETTLED', 'FAILED', 'RETURNED')) or (was = 'COMPLETED' and verdict = 'RETURNED'))
    order by payment_id, verdict = 'RETURNED', place
  )`;

/**
 * What became of each event. One that lost a race for its payment, or whose step comes after another
 * one of the same moment, is `waiting`: looked at again, it finds the payment where it is now.
 */
const RESULTS = `
  results as materialized (
    select g.event_id, m.batch_id, m.payment_id, m.reference, m.was, m.verdict, m.generation = m.current as newest,
      c.batch_id as touched, coalesce(m.verdict is not null and not m.ours, false) as wrong,
      case
        when c.id is not null and c.verdict = m.verdict then 'applied'
        when g.verdict is null then 'ignored'
        when m.event_id is null then 'unmatched'
        when m.verdict = 'UNKNOWN' then 'ignored'
        when not m.ours then 'contradiction'
        when m.generation < m.current and m.verdict in ('ACCEPTED', 'FAILED') then 'ignored'
        when m.generation <> m.current then 'contradiction'
        when m.was = 'UNKNOWN' then 'waiting'
        when m.verdict = 'ACCEPTED' or (m.verdict = 'SETTLED' and m.was in ('COMPLETED', 'RETURNED'))
          or (m.verdict = 'FAILED' and m.was in ('FAILED', 'PENDING', 'ON_HOLD', 'CANCELLED', 'RETURNED'))
          or (m.verdict = 'RETURNED' and m.was = 'RETURNED') then 'ignored'
        when m.was = 'PROCESSING' or (m.was = 'COMPLETED' and m.verdict = 'RETURNED') then 'waiting'
        else 'contradiction'
      end as result
    from given g
    left join matched m on m.event_id = g.event_id
    left join input i on i.event_id = g.event_id
    left join changed c on c.id = i.id
  )`;

/** Payments that are paid, if the event is right, and not, if the books are. */
const DENIED = `array(
      select payment_id from results where result = 'contradiction' and not wrong and verdict = 'SETTLED')`;

/**
 * What contradicts the books is a case at once. Where the provider says paid and we say not, nothing
 * more is sent for that payment before a person has looked.
 */
const REVIEW = `
  reviewed as (
    insert into cases (id, kind, severity, subject, summary, provider, batch_id, payment_id, details)
    select ${RANKED_CASE_ID}, case when wrong then 'wrong_answer' else 'contradiction' end,
      case when wrong or verdict <> 'SETTLED' then 'high' else 'critical' end, reference,
      case when wrong then 'An event tells another amount, currency or id than that of the payment.'
        else 'An event tells ' || verdict || ' of a payment that is ' || was || '.' end,
      $1, batch_id, payment_id, jsonb_build_object('eventId', event_id, 'tells', verdict, 'payment', was)
    from results where result = 'contradiction'
    on conflict do nothing
    returning *
  ),${freezeStatement(DENIED)},${openedTrail('reviewed')}`;

const WRITTEN_NEW = `
  stored as (
    insert into webhook_events (provider, event_id, type, reference, payment_id, provider_payment_id, payload, result, applied_at)
    select $1, g.event_id, g.type, g.reference, r.payment_id, g.provider_payment_id, g.payload, r.result,
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
  )`;

const writtenAgain = (actor: number): string => `
  stored as (
    update webhook_events e set
      result = case e.result when 'applied' then 'applied' else r.result end,
      applied_at = case r.result when 'applied' then coalesce(e.applied_at, now()) else e.applied_at end,
      payment_id = coalesce(r.payment_id, e.payment_id),
      replays = e.replays + ($${actor}::text is not null)::int
    from results r
    where e.provider = $1 and e.event_id = r.event_id
    returning e.event_id
  ),
  trail_of_events as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
    select 'webhook.replayed', 'INFO', r.batch_id, r.payment_id, $${actor}, $${actor + 1}::text, $${actor + 2}::text,
      jsonb_build_object('provider', $1::text, 'eventId', r.event_id, 'result', r.result)
    from results r join stored s on s.event_id = r.event_id
    where $${actor}::text is not null
  )`;

/** Writes down the events `given` as `stored` with their `results`, and that they came. */
export const written = (intake: Intake, actor: number): string =>
  intake === 'new' ? WRITTEN_NEW : writtenAgain(actor);

/**
 * Stores events of a provider and applies them, in one statement. An authentic event moves a payment
 * only forward, only with our own amount, and never out of UNKNOWN, which a look-up alone may settle.
 * Answers for each event what it did, the batch of a payment that it changed, and whether it is to be
 * looked at again at once.
 */
export const webhookStatement = (intake: Intake): string => `
  with ${matched(intake)},${INPUT}, ${recordStatement('true')},${RESULTS},${REVIEW},${written(intake, ACTOR)}
  select r.event_id, r.result, r.touched as batch_id, r.result = 'waiting' and r.was <> 'UNKNOWN' as at_once
  from results r join stored s on s.event_id = r.event_id`;
