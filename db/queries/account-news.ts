import { z } from 'zod';
import type { AccountNews } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';
import type { IncomingEvent, WebhookResult } from './webhooks.ts';
import { taken, written, type Intake } from './webhook-statement.ts';

/**
 * What the provider says of accounts, written over what stands. The rows are locked first and in one
 * order, so that each sees what another one has just written; an older state, and of several that
 * arrive together all but the newest, changes nothing. `syncedAt` is kept from running ahead: the
 * provider's clock may, and a later answer of its own must count.
 */
const CHANGES = `
  known as materialized (
    select a.id, a.payee_id, a.account_ref, a.kyc_status, a.email, a.synced_at from accounts a
    where a.provider = $1 and a.account_ref = any($5::text[]) order by a.id for update
  ),
  newest as (
    select distinct on (account_ref) * from given order by account_ref, told_at desc, place desc
  ),
  news as (
    select k.id, k.payee_id, k.kyc_status, k.email, n.event_id, n.told_at,
      coalesce(n.kyc_status, k.kyc_status) as new_status, coalesce(n.email, k.email) as new_email
    from known k join newest n on n.account_ref = k.account_ref
    where k.synced_at is null or k.synced_at <= n.told_at
  ),
  changed as (
    update accounts a set synced_at = least(n.told_at, now()), kyc_status = n.new_status, email = n.new_email,
      verified_at = case when n.new_status = 'APPROVED' then coalesce(a.verified_at, now()) end,
      verified_by = case when n.new_status = 'APPROVED' and a.verified_at is not null then a.verified_by end
    from news n where a.id = n.id
  ),
  differing as (
    select * from news where new_status <> kyc_status or new_email is distinct from email
  )`;

const RESULTS = `
  results as materialized (
    select g.event_id, null::text as batch_id, null::text as payment_id,
      case when exists (select 1 from differing d where d.event_id = g.event_id) then 'applied'
        when exists (select 1 from known k where k.account_ref = g.account_ref) then 'ignored'
        else 'unmatched' end as result
    from given g
  )`;

const ACTOR = 9;

const statement = (intake: Intake): string => `
  with given as materialized (
    select distinct on (event_id) *, null::text as reference, null::text as provider_payment_id
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) with ordinality
      as g (event_id, type, payload, account_ref, kyc_status, email, told_at, place)
    where ${taken(intake, ACTOR)}
    order by event_id, place
  ),${CHANGES},${RESULTS},${written(intake, ACTOR)},
  trail_of_accounts as (
    insert into audit_logs (action, status, actor, details)
    select 'account.synced', 'SUCCESS', 'provider:' || $1, jsonb_build_object('provider', $1::text, 'eventId', event_id,
      'accounts', jsonb_agg(jsonb_build_object('accountId', id, 'from', kyc_status, 'to', new_status) order by id))
    from differing group by event_id
  )
  select r.event_id, r.result, (
    select coalesce(json_agg(d.payee_id), '[]') from differing d
    where d.event_id = r.event_id and d.new_status = 'APPROVED' and d.kyc_status <> 'APPROVED') as verified
  from results r join stored s on s.event_id = r.event_id`;

const NEW = statement('new');
const AGAIN = statement('again');

const resultRow = z.object({
  event_id: z.string(),
  result: z.enum(['applied', 'ignored', 'unmatched']),
  verified: z.array(z.string()),
});

/** An event about an account. */
export interface IncomingNews extends IncomingEvent {
  account: AccountNews;
}

/**
 * Stores authentic events about accounts and changes the accounts by them, all in one statement; no
 * payment is touched. With `replay`, events that are stored already count once more, for that person.
 * Answers what each event did, in order, and the payees whose account became APPROVED.
 */
export async function applyAccountNews(
  db: Db,
  provider: string,
  incoming: readonly IncomingNews[],
  replay: Actor | null,
): Promise<{ results: WebhookResult[]; verifiedPayeeIds: string[] }> {
  const values = [
    provider,
    incoming.map(({ event }) => event.eventId),
    incoming.map(({ event }) => event.type),
    incoming.map(({ payload }) => payload),
    incoming.map(({ account }) => account.accountRef),
    incoming.map(({ account }) => account.kycStatus),
    incoming.map(({ account }) => account.email),
    incoming.map(({ account }) => account.toldAt.toISOString()),
  ];
  const rows = replay
    ? await db.run(resultRow, AGAIN, [...values, replay.id, replay.ipAddress, replay.userAgent])
    : await db.run(resultRow, NEW, values);
  const byEvent = new Map<string, WebhookResult>(rows.map((row) => [row.event_id, row.result]));
  const results = incoming.map(({ event }): WebhookResult => {
    const result = byEvent.get(event.eventId) ?? 'duplicate';
    byEvent.delete(event.eventId);
    return result;
  });
  return { results, verifiedPayeeIds: [...new Set(rows.flatMap(({ verified }) => verified))] };
}
