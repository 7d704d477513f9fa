import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

const ages = z.object({
  queue_age_seconds: z.number(),
  unknown_age_seconds: z.number(),
  waiting_events: countColumn,
});

/** How old the oldest of what must move is. All of it is found by indexes of what is open. */
export async function readGauges(db: Db) {
  const rows = await db.run(
    ages,
    `select
       (select coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 from batches
        where status = 'QUEUED' and paused_at is null) as queue_age_seconds,
       (select coalesce(extract(epoch from now() - min(updated_at)), 0)::float8 from payments
        where status = 'UNKNOWN') as unknown_age_seconds,
       (select count(*) from webhook_events where result = 'waiting') as waiting_events`,
  );
  const age = onlyRow(rows);
  return {
    queueAgeSeconds: age.queue_age_seconds,
    unknownAgeSeconds: age.unknown_age_seconds,
    waitingEvents: age.waiting_events,
  };
}
