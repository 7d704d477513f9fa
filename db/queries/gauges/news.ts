import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn, onlyRow } from '../../rows.ts';

const byState = z.object({ state: z.string(), count: countColumn });

const waiting = z.object({
  webhook_seconds: z.number(),
  deliveries: countColumn,
  delivery_seconds: z.number(),
});

/** What came in and is not applied, and what goes out and has not arrived: how much, and how old. */
export async function readWaitingNews(db: Db) {
  const [rows, mails] = await Promise.all([
    db.run(
      waiting,
      `select
         (select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from webhook_events
          where result = 'waiting') as webhook_seconds,
         d.deliveries, d.delivery_seconds
       from (
         select count(*) as deliveries,
           coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as delivery_seconds
         from event_deliveries where status = 'PENDING'
       ) d`,
    ),
    db.run(
      byState,
      "select status as state, count(*) as count from payee_mails where status <> 'SENT' group by status",
    ),
  ]);
  return { ...onlyRow(rows), mails };
}
