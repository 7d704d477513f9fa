import { z } from 'zod';
import type { Db } from '../client.ts';
import { closedTrail } from './cases.ts';

/**
 * Closes the open cases of earlier runs of a provider's day that this run does not find any more;
 * `subjects` are all that it found of these kinds. Answers how many. Safe to repeat.
 */
export async function resolveVanished(
  db: Db,
  given: { provider: string; day: string; kinds: readonly string[]; subjects: readonly string[] },
): Promise<number> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with vanished as (
       update cases c set status = 'RESOLVED', resolution = 'A later reconciliation of the day does not find it any more.',
         resolved_by = 'system', resolved_at = now(), updated_at = now()
       from reconciliations r
       where r.id = c.reconciliation_id and r.provider = $1 and r.day = $2::date and c.status = 'OPEN'
         and c.kind = any($3::text[]) and c.subject <> all($4::text[])
       returning c.id, c.batch_id, c.payment_id, c.resolution
     ),${closedTrail('vanished')}
     select id from vanished`,
    [given.provider, given.day, [...given.kinds], [...given.subjects]],
    { deadlineMs: 30_000 },
  );
  return rows.length;
}

const caseRow = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  status: z.string(),
  subject: z.string(),
  summary: z.string(),
  paymentId: z.string().nullable(),
});
/** A case as the report of its run shows it. */
export type RunCase = z.infer<typeof caseRow>;

/** The cases that the runs of the same provider's day opened, oldest first, at most `limit`. */
export const casesOfRun = (db: Db, id: string, limit: number): Promise<RunCase[]> =>
  db.run(
    caseRow,
    `select id, kind, severity, status, subject, summary, payment_id as "paymentId"
     from cases where reconciliation_id in (
       select r.id from reconciliations r join reconciliations o on o.provider = r.provider and o.day = r.day
       where o.id = $1)
     order by id limit $2`,
    [id, limit],
  );
