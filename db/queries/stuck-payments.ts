import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

/** Payments that have been at the provider, or in doubt, for more than an hour without a step. */
export async function readStuckPayments(db: Db): Promise<number> {
  const rows = await db.run(
    z.object({ count: countColumn }),
    `select count(*) as count from payments
     where status in ('PROCESSING', 'UNKNOWN') and updated_at < now() - interval '1 hour'`,
  );
  return onlyRow(rows).count;
}
