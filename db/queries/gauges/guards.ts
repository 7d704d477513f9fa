import { z } from 'zod';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';

const byLevel = z.object({ level: z.string(), count: countColumn });

/** Risk events that nobody has resolved, by level. */
export const countOpenRisks = (db: Db): Promise<z.infer<typeof byLevel>[]> =>
  db.run(
    byLevel,
    "select level, count(*) as count from risk_events where status = 'OPEN' group by level",
  );

/** Alerts that hold, by severity. */
export const countFiringAlerts = (db: Db): Promise<z.infer<typeof byLevel>[]> =>
  db.run(
    byLevel,
    "select severity as level, count(*) as count from alerts where status = 'FIRING' group by severity",
  );
