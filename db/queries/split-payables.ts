import { z } from 'zod';
import { newId } from '../new-id.ts';
import type { Tx } from '../transaction.ts';
import { requestValues, type BatchRequest } from './judged-payees.ts';

/**
 * Splits free payables at a window of time: commissions earned in it move to a payable of their own,
 * so that a batch can claim them and leave the rest. Nothing moves without a window.
 */
export async function splitPayables(tx: Tx, request: BatchRequest): Promise<void> {
  if (!request.from && !request.to) return;
  await tx.run(
    z.unknown(),
    `with held as (
       select p.id, p.payee_id, p.currency from payables p
       where p.currency = $1 and $2::text is not null and p.payment_id is null and p.paid_at is null
         and ($3::text[] is null or p.payee_id = any($3))
       order by p.id for update
     ),
     judged as (
       select c.id, c.payable_id, c.payee_id, c.amount_minor, c.earned_at,
         ($4::timestamptz is null or c.earned_at >= $4) and ($5::timestamptz is null or c.earned_at < $5) as inside
       from commissions c join held h on h.payee_id = c.payee_id and h.id = c.payable_id
     ),
     mixed as (
       select payable_id, $6 || lpad(to_hex(row_number() over (order by payable_id)), 8, '0') as new_id
       from judged group by payable_id having bool_or(inside) and not bool_and(inside)
     ),
     moving as (
       select j.*, m.new_id from judged j join mixed m on m.payable_id = j.payable_id where j.inside
     ),
     made as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
       select m.new_id, m.payee_id, $1, sum(m.amount_minor), count(*), min(m.earned_at), false
       from moving m group by m.new_id, m.payee_id
     ),
     moved as (
       update commissions c set payable_id = m.new_id from moving m where c.id = m.id
     )
     update payables p set
       amount_minor = p.amount_minor - s.amount_minor,
       commission_count = p.commission_count - s.commission_count
     from (
       select payable_id, sum(amount_minor) as amount_minor, count(*) as commission_count
       from moving group by payable_id
     ) s
     where p.id = s.payable_id`,
    [...requestValues(request), newId('payable').slice(0, -8)],
  );
}
