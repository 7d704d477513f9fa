import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

/** How far the audit log is sealed. */
export interface AuditState {
  /** Of the newest seal; 0 where there is none. */
  height: number;
  /** Age of the oldest row that no seal covers; 0 where there is none. */
  unsealedSeconds: number;
}

/** How far the audit log is sealed, and how long its oldest row without a seal has waited for one. */
export async function readAuditState(db: Db): Promise<AuditState> {
  const rows = await db.run(
    z.object({ height: countColumn, unsealed_seconds: z.number() }),
    `with last as materialized (select height, to_xact from audit_blocks order by height desc limit 1)
     select coalesce((select height from last), 0) as height,
       (select coalesce(greatest(extract(epoch from now() - min(created_at)), 0), 0)::float8 from audit_logs
        where xact >= coalesce((select to_xact from last), 0)) as unsealed_seconds`,
  );
  const { height, unsealed_seconds: unsealedSeconds } = onlyRow(rows);
  return { height, unsealedSeconds };
}
