import { z } from 'zod';
import type { CircuitReport } from '../../providers/circuit.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';

/** How one process finds a provider. */
export interface ProviderSighting {
  provider: string;
  process: string;
  report: CircuitReport;
}

/** Writes down how this process finds its providers. Safe to repeat. */
export async function storeProviderStates(
  db: Db,
  sightings: readonly ProviderSighting[],
): Promise<void> {
  if (sightings.length === 0) return;
  await db.run(
    z.unknown(),
    `insert into provider_states (provider, process, circuit, failures, reason, since, seen_at)
     select i.*, now() from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[]) as i
     on conflict (provider, process) do update set circuit = excluded.circuit, failures = excluded.failures,
       reason = excluded.reason, since = excluded.since, seen_at = excluded.seen_at`,
    [
      sightings.map(({ provider }) => provider),
      sightings.map(({ process }) => process),
      sightings.map(({ report }) => report.state),
      sightings.map(({ report }) => report.failures),
      sightings.map(({ report }) => report.reason),
      sightings.map(({ report }) => report.since.toISOString()),
    ],
  );
}

const stateRow = z.object({
  provider: z.string(),
  circuit: z.enum(['closed', 'open', 'half_open']),
  failures: z.number(),
  reason: z.string().nullable(),
  since: instantColumn,
  processes: z.number(),
});

/** Each provider as the process sees it that finds it worst, of those heard of within a minute. */
export const readProviderStates = (db: Db) =>
  db.run(
    stateRow,
    `select distinct on (provider) provider, circuit, failures, reason, since,
       (count(*) over (partition by provider))::int as processes
     from provider_states where seen_at > now() - interval '1 minute'
     order by provider, array_position(array['open', 'half_open', 'closed'], circuit), since`,
  );

/** Forgets processes that have not been heard of for a day. */
export const forgetOldStates = (db: Db): Promise<unknown> =>
  db.run(z.unknown(), `delete from provider_states where seen_at < now() - interval '1 day'`);
