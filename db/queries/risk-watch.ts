import { z } from 'zod';
import type { Db } from '../client.ts';

const EARNERS_MAX = 5_000;

const earnerRow = z.object({ payee_id: z.string(), last_id: z.string() });

/**
 * Who has earned, or lost, something by a commission after that id, which sorts by time: the first 5,000
 * of them, and the id to go on from.
 */
export async function earnersAfter(
  db: Db,
  commissionId: string,
): Promise<{ payeeIds: string[]; lastId: string }> {
  const rows = await db.run(
    earnerRow,
    `select payee_id, max(id) as last_id from (
       select id, payee_id from commissions where id > $1 order by id limit ${EARNERS_MAX}) newest
     group by payee_id`,
    [commissionId],
    { deadlineMs: 30_000 },
  );
  const lastId = rows.map(({ last_id }) => last_id).reduce((a, b) => (a > b ? a : b), commissionId);
  return { payeeIds: rows.map(({ payee_id }) => payee_id), lastId };
}

/** The batches that hand payments over now. */
export async function batchesHandingOver(db: Db): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select id from batches where status = 'PROCESSING' and paused_at is null`,
  );
  return rows.map(({ id }) => id);
}
