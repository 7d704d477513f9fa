import { z } from 'zod';
import { BATCH_TRANSITIONS } from '../../domain/batch.ts';
import { CHUNK_PAYMENTS_MAX, SENDS_PER_GENERATION_MAX } from '../../domain/limits.ts';
import { PAYMENT_TRANSITIONS } from '../../domain/payment.ts';
import type { TransitionTable } from '../../domain/transitions.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { ENTRIES_DIFFER, PAYABLES_DIFFER } from './derived-balances.ts';
import { failedForGood } from './payment-ends.ts';

/** What a check found. `examples` name up to five of the breaches. */
export interface InvariantResult {
  id: string;
  title: string;
  breaches: number;
  examples: string[];
}

interface Invariant {
  id: string;
  title: string;
  /** Answers a column `what` with a row for each breach. */
  query: string;
}

const steps = <State extends string>(table: TransitionTable<State>): string =>
  Object.entries<readonly State[]>(table)
    .flatMap(([from, next]) => next.map((to) => `('${from}', '${to}')`))
    .join(', ');

/** A walk through the table: it begins in PENDING, each step begins where the last one ended. */
const history = (owner: 'payment_id' | 'batch_id', table: string, legal: string): string => `
  select 'history of ' || h.owner || ': ' || coalesce(h.from_state, 'nothing') || ' to ' || h.to_state as what
  from (
    select ${owner} as owner, from_state, to_state,
      lag(to_state, 1, 'PENDING') over (partition by ${owner} order by id) as before
    from audit_logs
    where to_state is not null and from_state is not null and ${owner} is not null
      and (payment_id is not null) = (${owner === 'payment_id'})
  ) h
  where h.from_state <> h.before or (h.from_state, h.to_state) not in (${legal})
  union all
  select r.id || ' is ' || r.status || ', its history ends in ' || coalesce(l.to_state, 'PENDING')
  from ${table} r
  left join (
    select distinct on (${owner}) ${owner} as owner, to_state from audit_logs
    where to_state is not null and ${owner} is not null and (payment_id is not null) = (${owner === 'payment_id'})
    order by ${owner}, id desc
  ) l on l.owner = r.id
  where r.status <> coalesce(l.to_state, 'PENDING')`;

const INVARIANTS: readonly Invariant[] = [
  {
    id: 'I1',
    title: 'No double: a payment settled once, and exactly what it covers was paid',
    query: `
      select 'payment ' || payment_id || ' settled ' || count(*) || ' times' as what
      from attempts where status = 'SETTLED' group by payment_id having count(*) > 1
      union all
      select 'payment ' || p.id || ' paid ' || p.amount_minor || ' for ' || coalesce(b.amount_minor, 0)
      from payments p
      left join (
        select payment_id, sum(amount_minor) as amount_minor, bool_and(paid_at is not null) as paid
        from payables where payment_id is not null group by payment_id
      ) b on b.payment_id = p.id
      where p.status = 'COMPLETED' and p.commission_count > 0
        and (b.amount_minor is distinct from p.amount_minor or not b.paid)`,
  },
  {
    id: 'I2',
    title: 'Legal history: every state is reached by steps of the published graph',
    query: `${history('payment_id', 'payments', steps(PAYMENT_TRANSITIONS))}
      union all ${history('batch_id', 'batches', steps(BATCH_TRANSITIONS))}`,
  },
  {
    id: 'I3',
    title: 'No loss: in an ended batch every payment rests, and what did not go through says why',
    query: `
      select 'payment ' || p.id || ' is ' || p.status || ' in a batch that is ' || b.status as what
      from payments p join batches b on b.id = p.batch_id
      where b.status in ('COMPLETED', 'FAILED', 'CANCELLED') and p.status in ('PENDING', 'PROCESSING', 'UNKNOWN')
      union all
      select 'payment ' || id || ' is ' || status || ' without a reason' from payments
      where status in ('FAILED', 'CANCELLED') and failure_code is null
      union all
      select 'payable ' || b.id || ' is claimed by payment ' || p.id || ', which is ' || p.status
      from payables b join payments p on p.id = b.payment_id where p.status in ('CANCELLED', 'RETURNED')
      union all
      select 'payable ' || b.id || ' is claimed by nobody known' from payables b
      where b.payment_id is not null and not exists (select 1 from payments p where p.id = b.payment_id)`,
  },
  {
    id: 'I4',
    title: 'Exclusivity: one open attempt a payment, and a live payment holds all that it covers',
    query: `
      select 'payment ' || payment_id || ' has ' || count(*) || ' open attempts' as what
      from attempts where status in ('SENDING', 'DEFERRED', 'ACCEPTED', 'UNKNOWN')
      group by payment_id having count(*) > 1
      union all
      select 'payment ' || p.id || ' covers ' || p.amount_minor || ' and holds ' || coalesce(sum(b.amount_minor), 0)
      from payments p left join payables b on b.payment_id = p.id and b.payee_id = p.payee_id
      where p.status in ('PENDING', 'PROCESSING', 'UNKNOWN', 'ON_HOLD', 'FAILED') and p.commission_count > 0
      group by p.id having sum(b.amount_minor) is distinct from p.amount_minor`,
  },
  {
    id: 'I5',
    title: 'Agreement: a payment and its newest attempt tell the same',
    query: `
      select 'payment ' || p.id || ' is ' || p.status || ', its attempt ' || coalesce(a.status, 'missing') as what
      from payments p left join attempts a on a.payment_id = p.id and a.generation = p.generation
      where not case p.status
        when 'PROCESSING' then coalesce(a.status in ('SENDING', 'DEFERRED', 'ACCEPTED'), false)
        when 'UNKNOWN' then coalesce(a.status = 'UNKNOWN', false)
        when 'COMPLETED' then coalesce(a.status = 'SETTLED', false)
        when 'RETURNED' then coalesce(a.status = 'SETTLED', false)
        else p.generation = 0 or coalesce(a.status = 'FAILED', false) end`,
  },
  {
    id: 'I6',
    title:
      'Webhook effect: an event changed a state at most once, and each change is in the history',
    query: `
      select 'event ' || provider || '/' || event_id || ' applied without a payment, an account or a time' as what
      from webhook_events e where result = 'applied' and (applied_at is null or payment_id is null and not exists (
        select 1 from audit_logs l where l.action = 'account.synced' and l.actor = 'provider:' || e.provider
          and l.details->>'eventId' = e.event_id))
      union all
      select 'payment ' || e.payment_id || ' has ' || e.applied || ' applied events and ' || coalesce(l.changes, 0) || ' changes'
      from (
        select payment_id, count(*) as applied from webhook_events
        where result = 'applied' and payment_id is not null group by payment_id
      ) e
      left join (
        select payment_id, count(*) as changes from audit_logs
        where (to_state in ('COMPLETED', 'FAILED', 'RETURNED') or (from_state = 'UNKNOWN' and to_state = 'PROCESSING'))
          and payment_id is not null group by payment_id
      ) l on l.payment_id = e.payment_id
      where e.applied > coalesce(l.changes, 0)`,
  },
  {
    id: 'I7',
    title:
      'Books: every entry balances and books what is stored, and stored sums are those of their commissions',
    query: `
      select 'entry ' || entry_id || ' is off by ' || sum(case side when 'debit' then amount_minor else -amount_minor end)
        || ' ' || currency as what
      from ledger_entries group by entry_id, currency
      having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0
      union all
      select 'payable ' || b.id || ' says ' || b.amount_minor || ' and holds ' || coalesce(c.amount_minor, 0)
      from payables b
      left join (
        select payable_id, sum(amount_minor) as amount_minor, count(*) as commission_count
        from commissions where payable_id is not null group by payable_id
      ) c on c.payable_id = b.id
      where b.amount_minor <> coalesce(c.amount_minor, 0) or b.commission_count <> coalesce(c.commission_count, 0)
      union all
      select 'entry ' || entry_id || ' books ' || derived_minor || ' ' || currency || ' in ' || account || ', not ' || stored_minor
      from (${ENTRIES_DIFFER}) differ
      union all
      select distinct 'entry ' || e.entry_id || ' corrects ' || e.corrects || ', which is not there'
      from ledger_entries e
      where e.corrects is not null and not exists (select 1 from ledger_entries o where o.entry_id = e.corrects)`,
  },
  {
    id: 'I8',
    title:
      'Conservation: what the books owe each payee is payable or under way, every split sums to its gross, every earning to what was decided',
    query: `
      select 'payee ' || payee_id || ' is owed ' || -derived_minor || ' ' || currency || ' by the books, ' || -stored_minor || ' by what is payable' as what
      from (${PAYABLES_DIFFER}) differ
      union all
      select 'release ' || r.id || ' of ' || r.amount_minor || ' was split into ' || coalesce(s.gross, 0)
      from escrow_releases r
      left join (
        select release_id, sum(gross_minor) as gross, sum(platform_fee_minor) as fee, sum(tax_minor) as tax, sum(net_minor) as net
        from escrow_shares group by release_id
      ) s on s.release_id = r.id
      where (r.amount_minor, r.platform_fee_minor, r.tax_minor, r.distributed_minor)
        is distinct from (s.gross::bigint, s.fee::bigint, s.tax::bigint, s.net::bigint)
      union all
      select 'refund ' || f.id || ' of ' || f.amount_minor || ' took back ' || coalesce(b.fee + b.tax + b.net, 0)
      from escrow_refunds f
      left join (
        select refund_id, sum(platform_fee_minor) as fee, sum(tax_minor) as tax, sum(net_minor) as net
        from escrow_refund_shares group by refund_id
      ) b on b.refund_id = f.id
      where (f.amount_minor, f.platform_fee_minor, f.tax_minor) is distinct from ((b.fee + b.tax + b.net)::bigint, b.fee::bigint, b.tax::bigint)
      union all
      select 'share ' || s.id || ' of ' || s.gross_minor || ' was refunded by ' || sum(b.platform_fee_minor + b.tax_minor + b.net_minor)
      from escrow_shares s join escrow_refund_shares b on b.share_id = s.id
      group by s.id
      having sum(b.platform_fee_minor) > s.platform_fee_minor or sum(b.tax_minor) > s.tax_minor or sum(b.net_minor) > s.net_minor
      union all
      select 'conversion ' || coalesce(d.conversion_id, c.conversion_id) || ' earns ' || coalesce(d.net_minor, 0) || ' and its commissions come to ' || coalesce(c.amount_minor, 0)
      from (
        select distinct on (conversion_id) conversion_id, net_minor from conversion_decisions
        order by conversion_id, revision desc
      ) d
      full join (
        select conversion_id, sum(amount_minor) as amount_minor from commissions
        where conversion_id is not null and kind in ('commission', 'adjustment', 'clawback') group by conversion_id
      ) c on c.conversion_id = d.conversion_id
      where coalesce(d.net_minor, 0) <> coalesce(c.amount_minor, 0)
      union all
      select 'month ' || m.month || ' of payee ' || m.payee_id || ' is charged ' || m.charge_minor || ' ' || m.currency || ' and booked ' || m.booked_minor
      from (
        select f.payee_id, f.month, f.currency, (array_agg(f.charge_minor order by f.revision desc))[1] as charge_minor,
          -coalesce(sum(c.amount_minor), 0) as booked_minor
        from fee_months f left join commissions c on c.id = f.commission_id
        group by f.programme_id, f.payee_id, f.currency, f.month
      ) m
      where m.charge_minor <> m.booked_minor`,
  },
  {
    id: 'I9',
    title: `Thresholds: FAILED if and only if more than 10% failed; chunks of ${CHUNK_PAYMENTS_MAX}; ${SENDS_PER_GENERATION_MAX - 1} retries a generation`,
    query: `
      select 'batch ' || b.id || ' is ' || b.status || ' with ' || t.failed || ' of ' || t.tried || ' failed' as what
      from batches b
      join (
        select batch_id,
          count(*) filter (where ${failedForGood('p')}) as failed,
          count(*) filter (where p.status in ('COMPLETED', 'RETURNED') or ${failedForGood('p')}) as tried
        from payments p group by batch_id
      ) t on t.batch_id = b.id
      where b.status in ('COMPLETED', 'FAILED') and (b.status = 'FAILED') <> (t.failed * 10 > t.tried)
      union all
      select 'chunk ' || chunk || ' of batch ' || batch_id || ' has ' || count(*) || ' payments'
      from payments group by batch_id, chunk having count(*) > ${CHUNK_PAYMENTS_MAX}
      union all
      select 'payment ' || id || ' failed ' || failures || ' times in one generation'
      from payments where failures > ${SENDS_PER_GENERATION_MAX}`,
  },
  {
    id: 'I10',
    title: 'Single flight: at most one batch is PROCESSING',
    query: `
      select 'batch ' || id || ' is PROCESSING beside another' as what
      from (select id, count(*) over () as together from batches where status = 'PROCESSING') running
      where together > 1`,
  },
];

const DEADLINE_MS = 300_000;

/**
 * Checks the invariants of the books that this database alone can tell about, each by one query over
 * all of it. Whoever holds the provider's ledger too compares it on top.
 */
export async function checkInvariants(db: Db): Promise<InvariantResult[]> {
  const results: InvariantResult[] = [];
  for (const { id, title, query } of INVARIANTS) {
    const rows = await db.run(
      z.object({ breaches: countColumn, examples: z.array(z.string()).nullable() }),
      `with breach as materialized (${query})
       select count(*) as breaches, (select json_agg(what) from (select what from breach limit 5) few) as examples
       from breach`,
      [],
      { deadlineMs: DEADLINE_MS },
    );
    const { breaches, examples } = onlyRow(rows);
    results.push({ id, title, breaches, examples: examples ?? [] });
  }
  return results;
}
