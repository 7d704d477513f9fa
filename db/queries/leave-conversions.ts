import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { AFFILIATE_CONVERSIONS_MAX, type QueuedPayee } from './conversion-pages.ts';

const DEADLINE_MS = 60_000;
const UNKNOWN_MAX = 5_000;

/**
 * Decides about conversions whose affiliate nobody has registered: they earn nothing, and why. Once
 * it is registered they are calculated like any other. Answers how many. Safe to repeat.
 */
export async function decideUnknown(db: Db, programmeId: string, asOf: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = await db.run(
      z.object({ decided: countColumn }),
      `with decided as (
         insert into conversion_decisions (conversion_id, revision, code, counted_minor, commission_measure, fee_measure,
           gross_minor, fee_minor, net_minor, as_of)
         select c.id, 1, case when c.test then 'test_order' else 'unknown_affiliate' end, 0, 0, 0, 0, 0, 0, $2::timestamptz
         from conversions c
         where c.programme_id = $1 and c.payee_id is null and c.occurred_at <= $2::timestamptz
           and not exists (select 1 from conversion_decisions d where d.conversion_id = c.id)
         limit ${UNKNOWN_MAX}
         on conflict do nothing returning 1
       )
       select count(*) as decided from decided`,
      [programmeId, asOf.toISOString()],
      { deadlineMs: DEADLINE_MS },
    );
    const { decided } = onlyRow(rows);
    total += decided;
    if (decided < UNKNOWN_MAX) return total;
  }
}

/**
 * Leaves an affiliate with more conversions than a calculation takes until tomorrow, with a warning in
 * the audit log. Does nothing where its queue rows have changed.
 */
export async function putOff(db: Db, programmeId: string, payee: QueuedPayee): Promise<void> {
  await db.run(
    z.unknown(),
    `with gone as (
       delete from calculation_queue q
       using unnest($3::timestamptz[], $4::int[]) as s (due_at, revision)
       where q.programme_id = $1 and q.payee_id = $2 and q.due_at = s.due_at and q.revision = s.revision
       returning q.dirty_from, q.rejudge_from
     ),
     later as (
       insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from, rejudge_from)
       select $1, $2, date_trunc('milliseconds', now()) + interval '1 day', min(dirty_from), min(rejudge_from)
       from gone having count(*) > 0
       on conflict (programme_id, payee_id, due_at) do update set revision = q.revision + 1,
         dirty_from = least(q.dirty_from, excluded.dirty_from), rejudge_from = least(q.rejudge_from, excluded.rejudge_from)
     )
     insert into audit_logs (action, status, actor, details)
     select 'commission.calculation_put_off', 'WARNING', 'system', jsonb_build_object('programmeId', $1::text,
       'affiliateId', $2::text, 'conversionsMax', ${AFFILIATE_CONVERSIONS_MAX})
     from gone having count(*) > 0`,
    [
      programmeId,
      payee.payee_id,
      payee.seen.map(([dueAt]) => dueAt),
      payee.seen.map(([, revision]) => revision),
    ],
  );
}
