import { z } from 'zod';
import type { Db } from '../client.ts';
import { openedTrail, RANKED_CASE_ID } from './cases.ts';

/** So much of a payment that had arrived has come back, in all up to now. */
export interface PartialReturn {
  paymentId: string;
  generation: number;
  returnedMinor: bigint;
}

/**
 * Two at once both see the old total; the update of `updated_at`, guarded by what was seen, lets one
 * of them through, and the other books nothing. Of expressions that nothing refers to Postgres runs the
 * last first: so the payment's audit row stands before that of the case which follows from it.
 */
const STATEMENT = `
  with given as (
    select id, generation, max(total_minor) as total_minor
    from unnest($1::text[], $2::int[], $3::bigint[]) as g (id, generation, total_minor)
    group by id, generation
  ),
  seen as (
    select p.id, p.updated_at, g.total_minor, g.total_minor - coalesce(k.known_minor, 0) as more_minor
    from given g join payments p on p.id = g.id and p.generation = g.generation
    left join lateral (
      select sum(l.amount_minor)::bigint as known_minor from ledger_entries l
      where l.payee_id = p.payee_id and l.currency = p.currency and l.payment_id = p.id
        and l.account = 'returned/' || p.provider and l.side = 'credit'
    ) k on true
    where p.status = 'COMPLETED' and g.total_minor > coalesce(k.known_minor, 0) and g.total_minor < p.amount_minor
  ),
  booked as (
    update payments p set updated_at = greatest(now(), p.updated_at + interval '1 microsecond')
    from seen s where p.id = s.id and p.status = 'COMPLETED' and p.updated_at = s.updated_at
    returning p.id, p.batch_id, p.payee_id, p.provider, p.currency, p.amount_minor, s.total_minor, s.more_minor
  ),
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects)
    select b.id || ':returned:' || b.total_minor, l.line, l.account || '/' || b.provider, l.side, b.more_minor, b.currency,
      b.payee_id, b.id, b.batch_id, b.id || ':settled'
    from booked b cross join (values (1, 'provider_clearing', 'debit'), (2, 'returned', 'credit')) as l (line, account, side)
  ),
  opened as (
    insert into cases (id, kind, severity, subject, summary, provider, batch_id, payment_id, details)
    select ${RANKED_CASE_ID}, 'partial_return', 'high', b.id || ':returned:' || b.total_minor,
      'Part of a payment came back; decide whether the rest stands.', b.provider, b.batch_id, b.id,
      jsonb_build_object('returned', b.total_minor::text, 'amount', b.amount_minor::text, 'currency', b.currency)
    from booked b on conflict do nothing
    returning *
  ),${openedTrail('opened')},
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, details)
    select 'payment.partly_returned', 'WARNING', batch_id, id, 'system',
      jsonb_build_object('returned', total_minor::text, 'more', more_minor::text, 'currency', currency)
    from booked
  )
  select id from booked`;

/**
 * Books what came back of completed payments beyond what the books know of, in one statement with its
 * audit row and a case: from the account `returned/<provider>` to the provider's clearing account.
 * What was paid stays paid; a person decides. A total that is not above the known one, or not below
 * the whole amount, changes nothing. Answers the ids of the payments booked. Safe to repeat.
 */
export async function recordPartialReturns(
  db: Db,
  returns: readonly PartialReturn[],
): Promise<string[]> {
  if (returns.length === 0) return [];
  const rows = await db.run(z.object({ id: z.string() }), STATEMENT, [
    returns.map(({ paymentId }) => paymentId),
    returns.map(({ generation }) => generation),
    returns.map(({ returnedMinor }) => returnedMinor),
  ]);
  return rows.map(({ id }) => id);
}
