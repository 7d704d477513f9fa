import { z } from 'zod';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';

const sightingRow = z.object({
  process: z.string(),
  seen_at: instantColumn,
  silent_seconds: z.number(),
});
export type WorkerSighting = z.infer<typeof sightingRow>;

const SHOWN_MAX = 100;

/** Workers that were heard of within the last hour, the last heard of first. */
export const readWorkers = (db: Db): Promise<WorkerSighting[]> =>
  db.run(
    sightingRow,
    `select process, max(seen_at) as seen_at, extract(epoch from now() - max(seen_at))::float8 as silent_seconds
     from provider_states where seen_at > now() - interval '1 hour'
     group by process order by max(seen_at) desc, process limit ${SHOWN_MAX}`,
  );
