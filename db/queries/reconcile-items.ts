import { z } from 'zod';
import type { SideState } from '../../domain/reconciliation.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';

/** A transfer as the provider lists it, in our words. */
export interface ListedItem {
  reference: string;
  providerPaymentId: string;
  amountMinor: bigint;
  currency: string;
  status: SideState;
  createdAt: Date;
}

const DEADLINE_MS = 60_000;

/** Adds a page of a provider's list, at most 1,000 rows, in one statement. */
export const storeItems = (
  db: Db,
  reconciliationId: string,
  items: readonly ListedItem[],
): Promise<unknown> =>
  db.run(
    z.unknown(),
    `insert into reconciliation_items
       (reconciliation_id, reference, provider_payment_id, amount_minor, currency, status, created_at)
     select $1, reference, provider_payment_id, amount_minor, currency, status, created_at
     from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])
       as i (reference, provider_payment_id, amount_minor, currency, status, created_at)`,
    [
      reconciliationId,
      items.map(({ reference }) => reference),
      items.map(({ providerPaymentId }) => providerPaymentId),
      items.map(({ amountMinor }) => amountMinor),
      items.map(({ currency }) => currency),
      items.map(({ status }) => status),
      items.map(({ createdAt }) => createdAt.toISOString()),
    ],
    { deadlineMs: DEADLINE_MS },
  );

/** Replaces what the list said about these references by what a look-up said. Safe to repeat. */
export const replaceItems = (
  db: Db,
  reconciliationId: string,
  items: readonly ListedItem[],
): Promise<unknown> =>
  items.length === 0
    ? Promise.resolve()
    : db.run(
        z.unknown(),
        `with given as (
           select * from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])
             as i (reference, provider_payment_id, amount_minor, currency, status, created_at)
         ),
         corrected as (
           update reconciliation_items r set status = g.status
           from given g
           where r.reconciliation_id = $1 and r.reference = g.reference
           returning r.reference
         )
         insert into reconciliation_items
           (reconciliation_id, reference, provider_payment_id, amount_minor, currency, status, created_at)
         select $1, reference, provider_payment_id, amount_minor, currency, status, created_at from given g
         where not exists (select 1 from corrected c where c.reference = g.reference)`,
        [
          reconciliationId,
          items.map(({ reference }) => reference),
          items.map(({ providerPaymentId }) => providerPaymentId),
          items.map(({ amountMinor }) => amountMinor),
          items.map(({ currency }) => currency),
          items.map(({ status }) => status),
          items.map(({ createdAt }) => createdAt.toISOString()),
        ],
        { deadlineMs: DEADLINE_MS },
      );

/** Throws away what was listed from this instant on; answers how many rows are left. */
export async function keepItemsBefore(db: Db, id: string, from: Date): Promise<number> {
  const rows = await db.run(
    z.object({ left: countColumn }),
    `with gone as (
       delete from reconciliation_items where reconciliation_id = $1 and created_at >= $2
     )
     select count(*) as left from reconciliation_items where reconciliation_id = $1 and created_at < $2`,
    [id, from.toISOString()],
    { deadlineMs: DEADLINE_MS },
  );
  return onlyRow(rows).left;
}

/** Throws away all that was listed for a run, and what runs that have ended left behind. */
export const clearItems = (db: Db, id: string): Promise<unknown> =>
  db.run(
    z.unknown(),
    `delete from reconciliation_items i
     where reconciliation_id = $1
       or not exists (select 1 from reconciliations r where r.id = i.reconciliation_id and r.status = 'RUNNING')`,
    [id],
    { deadlineMs: DEADLINE_MS },
  );

/** Tells the planner how much was listed; a join over a million rows depends on it. */
export const analyzeItems = (db: Db): Promise<unknown> =>
  db.run(z.unknown(), 'analyze reconciliation_items', [], { deadlineMs: DEADLINE_MS });
