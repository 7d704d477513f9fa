import { z } from 'zod';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';

/** How many steps have brought the database to where it is; null where whoever took them did not say. */
export async function countMigrations(db: Db): Promise<number | null> {
  const rows = await db.run(
    z.object({ note: z.string().nullable() }),
    "select obj_description(to_regnamespace('drizzle'), 'pg_namespace') as note",
  );
  const { note } = onlyRow(rows);
  return note !== null && /^\d+$/.test(note) ? Number(note) : null;
}
