import { z } from 'zod';
import { newId } from '../new-id.ts';
import { amountColumn } from '../rows.ts';
import type { Actor } from './actor.ts';
import type { Runner } from './runner.ts';

/** One line of a quick payment list, of a payee that is known to exist. */
export interface ListLine {
  externalId: string;
  payeeId: string;
  amountMinor: bigint;
  description?: string | undefined;
}

export interface NewList {
  id: string;
  currency: string;
  lines: readonly ListLine[];
  actor: Actor;
}

/**
 * Stores the lines of a list as commissions of the kind `ad_hoc`, payable at once, in closed payables
 * of their own, with their ledger lines and one audit row. Throws the database's unique violation
 * where an external id is taken.
 */
export async function insertList(
  db: Runner,
  { id, currency, lines, actor }: NewList,
): Promise<void> {
  await db.run(
    z.unknown(),
    `with input as materialized (
       select i.*, $6 || lpad(to_hex(dense_rank() over (order by i.payee_id)), 8, '0') as payable_id
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
         as i (id, external_id, payee_id, amount_minor, description)
     ),
     made as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
       select payable_id, payee_id, $7, sum(amount_minor), count(*), now(), false from input group by payable_id, payee_id
     ),
     inserted as (
       insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at,
         description, kind, list_id)
       select id, external_id, payee_id, amount_minor, $7, 'APPROVED', payable_id, now(), description, 'ad_hoc', $8
       from input
     ),
     books as (
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       select id || ':earned', line, account, case line when 1 then 'debit' else 'credit' end, amount_minor, $7, payee_id
       from input cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as lines (line, account)
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'commission.created', 'SUCCESS', $9, $10, $11,
       jsonb_build_object('count', count(*), 'payable', count(*), 'listId', $8::text)
     from input`,
    [
      lines.map(() => newId('commission')),
      lines.map(({ externalId }) => externalId),
      lines.map(({ payeeId }) => payeeId),
      lines.map(({ amountMinor }) => amountMinor),
      lines.map(({ description }) => description ?? null),
      newId('payable').slice(0, -8),
      currency,
      id,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
}

const standingRow = z.object({
  external_id: z.string(),
  list_id: z.string().nullable(),
  payee_id: z.string(),
  amount_minor: amountColumn,
  currency: z.string(),
  description: z.string().nullable(),
});

/** What stands already under these external ids. */
export const standingLines = (db: Runner, externalIds: readonly string[]) =>
  db.run(
    standingRow,
    `select external_id, list_id, payee_id, amount_minor, currency, description
     from commissions where external_id = any($1::text[])`,
    [externalIds],
  );

/** Payees by our ids and by the caller's: each with its id under both. */
export async function payeesNamed(
  db: Runner,
  ids: readonly string[],
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.run(
    z.object({ id: z.string(), external_id: z.string() }),
    'select id, external_id from payees where id = any($1::text[]) or external_id = any($2::text[])',
    [ids, externalIds],
  );
  return new Map(
    rows.flatMap(({ id, external_id }) => [
      [`id ${id}`, id],
      [`name ${external_id}`, id],
    ]),
  );
}
