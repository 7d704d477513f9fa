import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import type { Actor } from './actor.ts';

const DEADLINE_MS = 60_000;

/** The programmes that are calculated by themselves and of whom something is due. */
export async function programmesToCalculate(db: Db): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select id from programmes p where automatic and exists (
       select 1 from calculation_queue q where q.programme_id = p.id and q.due_at <= now()) order by id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Has all affiliates of a programme with conversions since an instant calculated again, by the rules of
 * today, with an audit row. What comes out otherwise becomes adjustments. Answers how many affiliates.
 * Safe to repeat.
 */
export async function queueRejudgement(
  db: Db,
  programmeId: string,
  from: Date,
  actor: Actor,
): Promise<number> {
  const rows = await db.run(
    z.object({ queued: countColumn }),
    `with queued as (
       insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from, rejudge_from)
       select $1, payee_id, '-infinity', min(occurred_at), $2::timestamptz from conversions
       where programme_id = $1 and payee_id is not null and occurred_at >= $2::timestamptz
       group by payee_id order by payee_id
       on conflict (programme_id, payee_id, due_at) do update set revision = q.revision + 1,
         dirty_from = least(q.dirty_from, excluded.dirty_from), rejudge_from = least(q.rejudge_from, excluded.rejudge_from)
       returning 1
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'commission.rejudged', 'INFO', $3, $4, $5,
         jsonb_build_object('programmeId', $1::text, 'from', $2::timestamptz, 'affiliates', count(*)) from queued
     )
     select count(*) as queued from queued`,
    [programmeId, from.toISOString(), actor.id, actor.ipAddress, actor.userAgent],
    { deadlineMs: DEADLINE_MS },
  );
  return onlyRow(rows).queued;
}
