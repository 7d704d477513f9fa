import { z } from 'zod';
import { APPROVAL_EXPIRED } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { cancelStatement } from './cancel-statement.ts';
import { haltPassed, openedTrail, RANKED_CASE_ID } from './cases.ts';

const idRow = z.object({ id: z.string() });

/** Whether a batch waits for approvals that expire, or go to more people after a while. */
export async function hasApprovalTimes(db: Db, batchId: string): Promise<boolean> {
  const rows = await db.run(
    idRow,
    `select r.batch_id as id from approval_requirements r join batches b on b.id = r.batch_id and b.status = 'PENDING'
     where r.batch_id = $1 and (r.expires_at is not null or r.escalates_at is not null) limit 1`,
    [batchId],
  );
  return rows.length > 0;
}

/**
 * Does what the time has come for: cancels a PENDING batch that was not approved in time, which frees
 * what it claimed; else tells more people of one that waits for too long. Safe to repeat.
 */
export async function heedApprovalTimes(db: Db, batchId: string): Promise<void> {
  const expired = await db.run(idRow, EXPIRE, [batchId, 'system', EXPIRED], {
    deadlineMs: 60_000,
  });
  if (expired.length === 0) await db.run(idRow, ESCALATE, [batchId]);
}

const EXPIRED = 'It was not approved in time.';

/** One requirement that ran out of time is enough: what it asked for will not come any more. */
const EXPIRE = `
  with asked as (
    update batches b set cancel_requested_at = now(), cancel_reason = $3, cancelled_at = now(), status = 'CANCELLED',
      paused_at = null, paused_reason = null, halt_code = null
    where b.id = $1 and b.status = 'PENDING' and approvals_missing(b.id) > 0
      and exists (select 1 from approval_requirements r where r.batch_id = b.id and r.expires_at <= now())
    returning b.id, b.execute_requested_at
  ),
  chosen as (select p.id from payments p join asked on asked.id = p.batch_id), ${cancelStatement({ failedToo: false, code: APPROVAL_EXPIRED })},
  batch_trail as (
    insert into audit_logs (action, status, batch_id, from_state, to_state, actor, details)
    select 'batch.approval_expired', 'WARNING', id, 'PENDING', 'CANCELLED', $2,
      jsonb_build_object('reason', $3::text, 'unsent', (select count(*) from stopped),
        'missing', (select jsonb_agg(r.name order by r.ordinal) from approval_requirements r where r.batch_id = id))
    from asked
  ),${haltPassed('asked', '$3::text')}
  select id from asked`;

/** Told to people by a case, to other systems by an event, once for each requirement. */
const ESCALATE = `
  with late as (
    update approval_requirements r set escalated_at = now()
    from batches b
    where b.id = $1 and r.batch_id = b.id and b.status = 'PENDING' and approvals_missing(b.id) > 0
      and r.escalates_at <= now() and r.escalated_at is null
    returning r.batch_id, r.ordinal, r.name, r.expires_at, b.batch_number, b.provider
  ),
  opened as (
    insert into cases (id, kind, severity, subject, summary, provider, batch_id, details)
    select ${RANKED_CASE_ID}, 'approval_waiting', 'medium', batch_id,
      'Batch ' || batch_number || ' waits for approvals for too long: ' || string_agg(name, ', ' order by ordinal),
      provider, batch_id, jsonb_build_object('expiresAt', min(expires_at))
    from late group by batch_id, batch_number, provider
    on conflict do nothing
    returning *
  ),
  ${openedTrail('opened')},
  news as (
    insert into outbox_events (id, type, batch_id, data)
    select event_id(), 'payout.batch.approval_waiting', b.id,
      batch_news(b) || jsonb_build_object('requirements', (select jsonb_agg(l.name order by l.ordinal) from late l))
    from batches b
    where b.id in (select batch_id from late)
      and exists (select 1 from webhook_endpoints where status = 'ENABLED' and deleted_at is null)
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, actor, details)
    select 'batch.approval_escalated', 'WARNING', batch_id, 'system',
      jsonb_build_object('requirements', jsonb_agg(name order by ordinal))
    from late group by batch_id
  )
  select batch_id as id from late`;
