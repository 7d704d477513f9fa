import { z } from 'zod';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { newId } from '../new-id.ts';
import type { Actor } from './actor.ts';
import type { NewCommission } from './check-commissions.ts';
import type { Runner } from './runner.ts';

/**
 * One statement adds at most 1,000, so a payable is at most half of what a payment carries: debts stand
 * first in it, and a payable that found no place beside them would never be paid.
 */
const PAYABLE_FULL_AT = 4_000;
const TRIES_MAX = 20;

/** A commission of a payee that is known to exist. */
export interface PayeeCommission extends NewCommission {
  payeeId: string;
}

/** What an insertion did: ids by external id, of what this call made and of what was there. */
export interface InsertedCommissions {
  byExternalId: Map<string, { id: string; created: boolean }>;
  /** External ids whose payee would be owed more than an amount can say; nothing was inserted. */
  tooLarge: boolean;
}

/** At most one open payable of a payee and currency takes new commissions; it must stand first. */
const openPayables = `
  insert into payables (id, payee_id, currency, amount_minor, commission_count, open)
  select id, payee_id, currency, 0, 0, true
  from unnest($1::text[], $2::text[], $3::text[]) as i (id, payee_id, currency)
  on conflict (payee_id, currency) where open do nothing`;

const insertStatement = `
  with input as materialized (
    select i.id, i.external_id, i.payee_id, i.amount_minor::bigint as amount_minor, i.currency,
      coalesce(i.earned_at::timestamptz, now()) as earned_at, i.available_at::timestamptz as available_at, i.description,
      case when i.status = 'APPROVED' and coalesce(i.available_at::timestamptz <= now(), true)
        then 'APPROVED' else 'PENDING' end as status
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
      as i (id, external_id, payee_id, amount_minor, currency, earned_at, available_at, description, status)
  ),
  wanted as materialized (
    select payee_id, currency, sum(amount_minor) as amount_minor from input
    where status = 'APPROVED' group by payee_id, currency
  ),
  locked as materialized (
    select p.id, p.payee_id, p.currency, p.amount_minor from payables p
    join wanted w on w.payee_id = p.payee_id and w.currency = p.currency
    where p.open order by p.id for update of p
  ),
  verdict as materialized (
    select (select count(*) from wanted) = (select count(*) from locked) as complete,
      exists (
        select 1 from locked l join wanted w on w.payee_id = l.payee_id and w.currency = l.currency
        where abs(l.amount_minor + w.amount_minor) > ${AMOUNT_MINOR_MAX}
      ) as too_large
  ),
  inserted as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at,
      available_at, description)
    select i.id, i.external_id, i.payee_id, i.amount_minor, i.currency, i.status, l.id, i.earned_at,
      i.available_at, i.description
    from input i
    cross join verdict v
    left join locked l on l.payee_id = i.payee_id and l.currency = i.currency and i.status = 'APPROVED'
    where v.complete and not v.too_large
    on conflict (external_id) do nothing
    returning id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at
  ),
  summed as (
    select payable_id, sum(amount_minor)::bigint as amount_minor, count(*)::int as commission_count,
      min(earned_at) as oldest_earned_at
    from inserted where payable_id is not null group by payable_id
  ),
  added as (
    update payables p set
      amount_minor = p.amount_minor + s.amount_minor,
      commission_count = p.commission_count + s.commission_count,
      oldest_earned_at = least(p.oldest_earned_at, s.oldest_earned_at),
      open = p.commission_count + s.commission_count < ${PAYABLE_FULL_AT}
    from summed s where p.id = s.payable_id
  ),
  posted as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
    select id || ':earned', line, account,
      case when (line = 1) = (amount_minor > 0) then 'debit' else 'credit' end,
      abs(amount_minor), currency, payee_id
    from inserted cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as lines (line, account)
    where status = 'APPROVED'
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'commission.created', 'SUCCESS', $10, $11, $12, jsonb_build_object(
      'count', count(*), 'payable', count(*) filter (where status = 'APPROVED'))
    from inserted having count(*) > 0
  )
  select v.complete, v.too_large, i.id, i.external_id from verdict v left join inserted i on true`;

const insertedRow = z.object({
  complete: z.boolean(),
  too_large: z.boolean(),
  id: z.string().nullable(),
  external_id: z.string().nullable(),
});

/**
 * Stores at most 1,000 commissions with unlike external ids, each once however often it is given,
 * with their sums, ledger lines and one audit row in one statement. Matured ones join the open
 * payable of their payee; the others wait as PENDING. Those that were there are left as they are.
 */
export async function insertCommissions(
  db: Runner,
  items: readonly PayeeCommission[],
  actor: Actor,
): Promise<InsertedCommissions> {
  const byExternalId: InsertedCommissions['byExternalId'] = new Map();
  if (items.length === 0) return { byExternalId, tooLarge: false };
  for (let tries = 1; ; tries += 1) {
    await openPayablesOf(db, items);
    const rows = await db.run(insertedRow, insertStatement, valuesOf(items, actor));
    if (rows.some((row) => row.too_large)) return { byExternalId, tooLarge: true };
    for (const { id, external_id } of rows) {
      if (id && external_id) byExternalId.set(external_id, { id, created: true });
    }
    // A payable that was claimed between the two statements is open no more: a new one is made.
    if (rows.every((row) => row.complete)) break;
    if (tries >= TRIES_MAX) throw new Error('no payable stays open long enough to add to it');
  }
  const others = items.filter(({ externalId }) => !byExternalId.has(externalId));
  for (const [externalId, id] of await idsOf(db, others))
    byExternalId.set(externalId, { id, created: false });
  return { byExternalId, tooLarge: false };
}

async function openPayablesOf(db: Runner, items: readonly PayeeCommission[]): Promise<void> {
  const pairs = new Map(
    items
      .filter(({ status }) => status === 'APPROVED')
      .map(({ payeeId, currency }) => [`${payeeId} ${currency}`, { payeeId, currency }]),
  );
  const sorted = [...pairs.values()].toSorted((a, b) => (a.payeeId < b.payeeId ? -1 : 1));
  if (sorted.length === 0) return;
  await db.run(z.unknown(), openPayables, [
    sorted.map(() => newId('payable')),
    sorted.map(({ payeeId }) => payeeId),
    sorted.map(({ currency }) => currency),
  ]);
}

const valuesOf = (items: readonly PayeeCommission[], actor: Actor): unknown[] => [
  items.map(() => newId('commission')),
  items.map(({ externalId }) => externalId),
  items.map(({ payeeId }) => payeeId),
  items.map(({ amountMinor }) => amountMinor.toString()),
  items.map(({ currency }) => currency),
  items.map(({ earnedAt }) => earnedAt?.toISOString() ?? null),
  items.map(({ availableAt }) => availableAt?.toISOString() ?? null),
  items.map(({ description }) => description ?? null),
  items.map(({ status }) => status),
  actor.id,
  actor.ipAddress,
  actor.userAgent,
];

async function idsOf(db: Runner, items: readonly PayeeCommission[]): Promise<Map<string, string>> {
  if (items.length === 0) return new Map();
  const rows = await db.run(
    z.object({ external_id: z.string(), id: z.string() }),
    'select external_id, id from commissions where external_id = any($1::text[])',
    [items.map(({ externalId }) => externalId)],
  );
  return new Map(rows.map(({ external_id, id }) => [external_id, id]));
}
