import type { Db } from '../../client.ts';
import { countColumn, onlyRow } from '../../rows.ts';
import { z } from 'zod';
import { DAY, LONGER_PIECES, pieceOf, type LongerPiece } from './bounds.ts';

/** How long one statement may take, over as many slots as it takes at once. */
const DEADLINE_MS = 60_000;

/**
 * The days whose slots are added up next: those at rest, and those that never rest, until there are `$1`
 * slots. A day is taken only with every mark that is seen of it. Where another worker holds one, or has
 * taken it meanwhile, that one may write what is not seen here, and writing beside it would count a
 * payment twice: the day is left, with its marks, for the next time. A change that cannot be seen yet
 * keeps its mark, which is not seen either.
 */
const takenOf = (source: 'payments' | 'ledger'): string => `
  marked as (
    select ${pieceOf('slot', DAY)} as day, count(*) as marks, count(distinct slot) as slots
    from report_changes where source = '${source}'
    group by 1
    having max(changed_at) < now() - $2::int * interval '1 second' or min(changed_at) < now() - interval '5 minutes'
  ),
  due as (
    select day, marks from (select *, sum(slots) over (order by day) - slots as earlier from marked) m
    where earlier < $1::int
  ),
  locked as (
    select c.slot, d.day from report_changes c join due d on d.day = ${pieceOf('c.slot', DAY)}
    where c.source = '${source}'
    for update of c skip locked
  ),
  slots as materialized (
    select distinct l.slot from locked l where l.day in (
      select d.day from due d join locked l on l.day = d.day group by d.day, d.marks having count(*) = d.marks
    )
  ),
  taken as (
    delete from report_changes c using slots s where c.source = '${source}' and c.slot = s.slot
  )`;

/**
 * The rows of each slot are looked up by themselves: of a join over two bounds the planner expects a ninth
 * of the table for each slot, and reads all of it again and again.
 */
const paymentsOf = (basis: 'made' | 'paid', at: string, status: string): string => `
  select '${basis}' as basis, s.slot, p.provider, p.currency, coalesce(b.programme_id, '') as programme_id,
    p.status, sum(p.payments)::int as payments, sum(p.amount_minor)::bigint as amount_minor
  from slots s
  cross join lateral (
    select provider, currency, batch_id, ${status} as status, count(*) as payments, sum(amount_minor) as amount_minor
    from payments where ${at} >= s.slot and ${at} < s.slot + interval '15 minutes'
    group by 1, 2, 3, 4
  ) p
  join batches b on b.id = p.batch_id
  group by 2, 3, 4, 5, 6`;

const COLUMNS = 'basis, slot, provider, currency, programme_id, status';

/** The pieces of one length in which a slot changed, from those of the length below: new ones, and such as stay. */
const longerOf = ({ quarters, width, below }: LongerPiece): string => `
  touched_${quarters} as materialized (select distinct ${pieceOf('slot', width)} as slot from touched_${below}),
  fresh_${quarters} as (
    select basis, ${pieceOf('slot', width)} as slot, provider, currency, programme_id, status,
      sum(payments)::int as payments, sum(amount_minor)::bigint as amount_minor
    from (
      select ${COLUMNS}, payments, amount_minor from fresh_${below}
      union all
      select s.* from touched_${quarters} t cross join (values ('made'), ('paid')) as b (basis)
      cross join lateral (
        select ${COLUMNS}, payments, amount_minor from report_slots
        where basis = b.basis and quarters = ${below} and slot >= t.slot and slot < t.slot + interval '${width}'
          and slot not in (select slot from touched_${below}) offset 0
      ) s
    ) parts
    group by 1, 2, 3, 4, 5, 6
  )`;

const LENGTHS = [1, ...LONGER_PIECES.map(({ quarters }) => quarters)];

const PAYMENTS = `
  with ${takenOf('payments')},
  touched_1 as materialized (select slot from slots),
  fresh_1 as (
    ${paymentsOf('made', 'created_at', 'status')}
    union all
    ${paymentsOf('paid', 'completed_at', `'COMPLETED'`)}
  ),
  ${LONGER_PIECES.map(longerOf).join(',')},
  touched as (${LENGTHS.map((quarters) => `select ${quarters} as quarters, slot from touched_${quarters}`).join(' union all ')}),
  fresh as (${LENGTHS.map((quarters) => `select ${quarters} as quarters, * from fresh_${quarters}`).join(' union all ')}),
  gone as (
    delete from report_slots r using touched t
    where r.basis in ('made', 'paid') and r.quarters = t.quarters and r.slot = t.slot and not exists (
      select 1 from fresh f where (f.basis, f.quarters, f.slot, f.provider, f.currency, f.programme_id, f.status)
        = (r.basis, r.quarters, r.slot, r.provider, r.currency, r.programme_id, r.status))
  ),
  kept as (
    insert into report_slots as r (quarters, ${COLUMNS}, payments, amount_minor)
    select quarters, ${COLUMNS}, payments, amount_minor from fresh
    on conflict (basis, quarters, slot, provider, currency, programme_id, status)
    do update set payments = excluded.payments, amount_minor = excluded.amount_minor
    where (r.payments, r.amount_minor) <> (excluded.payments, excluded.amount_minor)
  )
  select count(*) as slots from slots`;

/** Entries are only ever added, so a combination that is there stays. */
const LEDGER = `
  with ${takenOf('ledger')},
  kept as (
    insert into ledger_slots (slot, account, currency, kind, lines, debit_minor, credit_minor)
    select s.slot, l.account, l.currency, l.kind, l.lines, l.debit_minor, l.credit_minor
    from slots s
    cross join lateral (
      select account, currency, split_part(entry_id, ':', 2) as kind, count(*)::int as lines,
        coalesce(sum(amount_minor) filter (where side = 'debit'), 0)::bigint as debit_minor,
        coalesce(sum(amount_minor) filter (where side = 'credit'), 0)::bigint as credit_minor
      from ledger_entries where created_at >= s.slot and created_at < s.slot + interval '15 minutes'
      group by 1, 2, 3
    ) l
    on conflict (slot, account, currency, kind)
    do update set lines = excluded.lines, debit_minor = excluded.debit_minor, credit_minor = excluded.credit_minor
  )
  select count(*) as slots from slots`;

/**
 * Adds up quarters of an hour of payments, or of the ledger, that have changed, of days that then rested for
 * `restSeconds`, or have not rested for five minutes: whole days, until there are `slotsMax`. Answers how many
 * quarters; none means that there are no more, or that others are at them. Safe to repeat, and beside others
 * that do the same.
 */
export async function addUpSlots(
  db: Db,
  source: 'payments' | 'ledger',
  { slotsMax, restSeconds }: { slotsMax: number; restSeconds: number },
): Promise<number> {
  const rows = await db.run(
    z.object({ slots: countColumn }),
    source === 'payments' ? PAYMENTS : LEDGER,
    [slotsMax, restSeconds],
    { deadlineMs: DEADLINE_MS },
  );
  return onlyRow(rows).slots;
}
