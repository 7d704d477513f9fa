import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

const byState = z.object({ state: z.string(), count: countColumn });

const ages = z.object({
  queue_age_seconds: z.number(),
  unknown_age_seconds: z.number(),
  waiting_events: countColumn,
});

/** What operators watch: how much is in each state, and how old the oldest of what must move is. */
export async function readGauges(db: Db) {
  const [payments, batches, mails, risks, rows] = await Promise.all([
    db.run(byState, 'select status as state, count(*) as count from payments group by status'),
    db.run(
      byState,
      'select status as state, count(*) as count from batches where deleted_at is null group by status',
    ),
    db.run(
      byState,
      "select status as state, count(*) as count from payee_mails where status <> 'SENT' group by status",
    ),
    db.run(
      byState,
      "select level as state, count(*) as count from risk_events where status = 'OPEN' group by level",
    ),
    db.run(
      ages,
      `select
         (select coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 from batches
          where status = 'QUEUED' and paused_at is null) as queue_age_seconds,
         (select coalesce(extract(epoch from now() - min(updated_at)), 0)::float8 from payments
          where status = 'UNKNOWN') as unknown_age_seconds,
         (select count(*) from webhook_events where result = 'waiting') as waiting_events`,
    ),
  ]);
  const age = onlyRow(rows);
  return {
    payments,
    batches,
    mails,
    risks,
    queueAgeSeconds: age.queue_age_seconds,
    unknownAgeSeconds: age.unknown_age_seconds,
    waitingEvents: age.waiting_events,
  };
}
