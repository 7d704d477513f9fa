import { z } from 'zod';
import { newId } from '../new-id.ts';
import { onlyRow } from '../rows.ts';
import type { Tx } from '../transaction.ts';
import { filterOf, judgedPayees, type BatchRequest } from './judged-payees.ts';
import type { PayoutTable } from './payout-table.ts';

/** Somebody changed a payable in this moment; nothing may be kept of what was done by it. */
export class PayableMoved extends Error {}

/**
 * Splits free payables of those who would be paid at what a batch asks for, so that a batch can claim
 * what fits and leave the rest: the fewer of both move to a payable of their own. Nothing moves without
 * a filter; what came with a list stands in payables of its own from the start. What is joined here is
 * found by keys: the planner knows no sizes, and would pair every row with every other. Throws
 * `PayableMoved` where a commission was put on hold meanwhile.
 */
export async function splitPayables(
  tx: Tx,
  request: BatchRequest,
  table: PayoutTable | null,
): Promise<void> {
  const { text, values, bind } = judgedPayees(request, table);
  const filter = filterOf(request, bind);
  if (!filter || request.listId) return;
  const inside = `(${filter.mature} and ${filter.fits})`;
  const rows = await tx.run(
    z.object({ whole: z.boolean() }),
    `with ${text},
     held as (
       select p.id, p.payee_id, p.currency, p.programme_id from payables p
       where p.currency = $1 and p.payment_id is null and p.paid_at is null and not p.held
         and p.payee_id in (select j.payee_id from judged j where j.code is null)
       order by p.id for update
     ),
     sorted as materialized (
       select c.id, c.payable_id, c.payee_id, c.amount_minor, c.earned_at, h.programme_id, ${inside} as inside,
         count(*) filter (where ${inside}) over w as inside_count, count(*) over w as whole_count
       from commissions c join held h on h.payee_id = c.payee_id and h.id = c.payable_id
       window w as (partition by c.payable_id)
     ),
     moving as materialized (
       select s.*, ${bind(newId('payable').slice(0, -8), 'text')} || lpad(to_hex(dense_rank() over (order by payable_id)), 8, '0') as new_id
       from sorted s
       where inside_count > 0 and inside_count < whole_count and inside = (inside_count * 2 <= whole_count)
     ),
     made as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, programme_id)
       select m.new_id, m.payee_id, $1, sum(m.amount_minor), count(*), min(m.earned_at), false, min(m.programme_id)
       from moving m group by m.new_id, m.payee_id
     ),
     moved as (
       update commissions c set payable_id = m.new_id from moving m where c.id = m.id and c.payable_id = m.payable_id
       returning c.id
     ),
     left_behind as (
       update payables p set
         amount_minor = p.amount_minor - s.amount_minor,
         commission_count = p.commission_count - s.commission_count
       from (
         select payable_id, sum(amount_minor) as amount_minor, count(*) as commission_count
         from moving group by payable_id
       ) s
       where p.id = s.payable_id
     )
     select (select count(*) from moved) = (select count(*) from moving) as whole`,
    values,
  );
  if (!onlyRow(rows).whole)
    throw new PayableMoved('a commission was held while its payable was split');
}
