import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

/** The newest audit row of a batch, or of one of its payments: it moves whenever anything does. */
export async function latestAuditId(db: Db, batchId: string): Promise<number> {
  const rows = await db.run(
    z.object({ id: countColumn }),
    'select coalesce(max(id), 0) as id from audit_logs where batch_id = $1',
    [batchId],
  );
  return onlyRow(rows).id;
}
