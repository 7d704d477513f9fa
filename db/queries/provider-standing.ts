import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

const loadRow = z.object({
  provider: z.string(),
  currency: z.string(),
  unsent: countColumn,
  unsent_minor: sumColumn,
  in_flight: countColumn,
  in_flight_minor: sumColumn,
});
/** Payments of a provider in one currency that have not ended. */
export type ProviderLoad = z.infer<typeof loadRow>;

/** What waits to be sent by each provider, and what was sent and has not ended. */
export const readProviderLoads = (db: Db): Promise<ProviderLoad[]> =>
  db.run(
    loadRow,
    `select provider, currency, count(*) filter (where status = 'PENDING') as unsent,
       coalesce(sum(amount_minor) filter (where status = 'PENDING'), 0) as unsent_minor,
       count(*) filter (where status <> 'PENDING') as in_flight,
       coalesce(sum(amount_minor) filter (where status <> 'PENDING'), 0) as in_flight_minor
     from payments where status in ('PENDING', 'PROCESSING', 'UNKNOWN')
     group by provider, currency order by provider, currency`,
    [],
    { deadlineMs: 30_000 },
  );

const standingRow = z.object({
  provider: z.string(),
  accounts: countColumn,
  synced_at: instantColumn.nullable(),
  open_cases: countColumn,
  reconciliation_id: z.string().nullable(),
  reconciled_day: z.string().nullable(),
  reconciled_at: instantColumn.nullable(),
});
export type ProviderStanding = z.infer<typeof standingRow>;

/**
 * Of each of these providers: its accounts and when one of them was last told of, its open cases, and
 * the last reconciliation that came to its end.
 */
export const readProviderStandings = (
  db: Db,
  names: readonly string[],
): Promise<ProviderStanding[]> =>
  db.run(
    standingRow,
    `select n.provider, a.accounts, a.synced_at, c.open_cases, r.id as reconciliation_id,
       r.day::text as reconciled_day, r.finished_at as reconciled_at
     from unnest($1::text[]) as n (provider)
     left join lateral (
       select count(*) as accounts, max(synced_at) as synced_at from accounts where provider = n.provider
     ) a on true
     left join lateral (
       select count(*) as open_cases from cases where provider = n.provider and status = 'OPEN'
     ) c on true
     left join lateral (
       select id, day, finished_at from reconciliations
       where provider = n.provider and status = 'DONE' order by finished_at desc limit 1
     ) r on true`,
    [[...names]],
    { deadlineMs: 30_000 },
  );
