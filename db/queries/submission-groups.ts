import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, instantColumn, onlyRow } from '../rows.ts';

export interface NewGroup {
  id: string;
  provider: string;
  batchId: string;
  requestSealed: string;
  requestHash: string;
  expiresAt: Date;
  paymentIds: readonly string[];
  /** Who claimed the attempts; a zombie's group is not stored. */
  fence: string;
}

/**
 * Stores a signed request as that of exactly these payments' open attempts, before it is executed.
 * False, and nothing stored, where `fence` does not own all of them any more. Safe to repeat.
 */
export async function storeGroup(db: Db, group: NewGroup): Promise<boolean> {
  const rows = await db.run(
    z.object({ stored: z.boolean() }),
    `with mine as (
       select a.payment_id, a.generation from unnest($6::text[]) as i (id)
       join payments p on p.id = i.id
       join attempts a on a.payment_id = p.id and a.generation = p.generation
       where p.fence = $7 and p.status = 'PROCESSING' and a.status = 'SENDING'
     ),
     whole as (select 1 where (select count(*) from mine) = cardinality($6::text[])),
     made as (
       insert into submission_groups (id, provider, batch_id, request_sealed, request_hash, expires_at)
       select $1, $2, $3, $4, $5, $8 from whole on conflict (id) do nothing
     ),
     joined as (
       update attempts a set group_id = $1 from mine m, whole
       where a.payment_id = m.payment_id and a.generation = m.generation
     )
     select exists (select 1 from whole) as stored`,
    [
      group.id,
      group.provider,
      group.batchId,
      group.requestSealed,
      group.requestHash,
      [...group.paymentIds],
      group.fence,
      group.expiresAt.toISOString(),
    ],
  );
  return onlyRow(rows).stored;
}

const groupRow = z.object({
  id: z.string(),
  request_sealed: z.string(),
  expires_at: instantColumn,
  expired_ms: z.number(),
  members: countColumn,
});
export type StoredGroup = z.infer<typeof groupRow>;

/** Signed requests by their ids; `expired_ms` is negative while the provider still takes one. */
export const loadGroups = (db: Db, ids: readonly string[]): Promise<StoredGroup[]> =>
  db.run(
    groupRow,
    `select g.id, g.request_sealed, g.expires_at,
       (extract(epoch from now() - g.expires_at) * 1000)::float8 as expired_ms,
       (select count(*) from attempts a where a.group_id = g.id) as members
     from submission_groups g where g.id = any($1)`,
    [[...ids]],
  );
