import { z } from 'zod';
import type { Actor } from './actor.ts';
import type { AffiliateLanguage } from './ingest-affiliates.ts';
import { queueCalculation } from './queue-calculation.ts';
import type { Runner } from './runner.ts';

/** What of a payee is changed; what is left out stays. Null takes a group away, or ends a suspension. */
export interface AffiliateChange {
  id: string;
  fullName?: string | undefined;
  email?: string | undefined;
  groupName?: string | null | undefined;
  language?: AffiliateLanguage | undefined;
  suspended?: { reason: string } | null | undefined;
  actor: Actor;
}

/**
 * Changes a payee in one statement with an audit row that says what was before and after; false where
 * it is not there. A suspension holds from now on until it is ended, and each of the two has the
 * earnings since then calculated. What is asked of a payee that is so already changes nothing.
 */
export async function changeAffiliate(db: Runner, change: AffiliateChange): Promise<boolean> {
  const { suspended } = change;
  const rows = await db.run(z.object({ id: z.string() }), STATEMENT, [
    change.id,
    change.fullName ?? null,
    change.email ?? null,
    String(change.groupName !== undefined),
    change.groupName ?? null,
    change.language ?? null,
    suspended === undefined ? 'keep' : suspended === null ? 'end' : 'begin',
    suspended?.reason ?? null,
    change.actor.id,
    change.actor.ipAddress,
    change.actor.userAgent,
  ]);
  return rows.length > 0;
}

/** The columns of the audit row, and what they are called there. */
const shown = (
  row: string,
): string => `jsonb_build_object('fullName', ${row}.full_name, 'email', ${row}.email,
  'groupName', ${row}.group_name, 'language', ${row}.language, 'suspendedAt', ${row}.suspended_at,
  'suspendedReason', ${row}.suspended_reason)`;

const STATEMENT = `
  with before as materialized (
    select id, full_name, email, group_name, language, suspended_at, suspended_reason
    from payees where id = $1 for update
  ),
  wanted as materialized (
    select id, coalesce($2::text, full_name) as full_name, coalesce($3::text, email) as email,
      case when $4::text::boolean then $5::text else group_name end as group_name,
      coalesce($6::text, language) as language,
      case $7::text when 'begin' then coalesce(suspended_at, now()) when 'keep' then suspended_at end as suspended_at,
      case $7::text when 'begin' then $8::text when 'keep' then suspended_reason end as suspended_reason
    from before
  ),
  changed as (
    update payees y set full_name = w.full_name, email = w.email, group_name = w.group_name, language = w.language,
      suspended_at = w.suspended_at, suspended_reason = w.suspended_reason
    from wanted w where y.id = w.id and ${shown('y')} <> ${shown('w')}
    returning y.id, y.full_name, y.email, y.group_name, y.language, y.suspended_at, y.suspended_reason
  ),
  queued as (
    ${queueCalculation(`
      select g.id as programme_id, b.id as payee_id, coalesce(c.suspended_at, b.suspended_at) as occurred_at
      from changed c join before b on b.id = c.id
      join programmes g on exists (select 1 from conversions v where v.programme_id = g.id and v.payee_id = b.id)
      where c.suspended_at is distinct from b.suspended_at`)}
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select case when c.suspended_at is not distinct from b.suspended_at then 'affiliate.changed'
        when c.suspended_at is null then 'affiliate.reinstated' else 'affiliate.suspended' end,
      'SUCCESS', $9, $10, $11, jsonb_build_object('affiliateId', b.id, 'before', ${shown('b')}, 'after', ${shown('c')})
    from changed c join before b on b.id = c.id
  )
  select id from before`;
