import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { newId } from '../new-id.ts';
import { z } from 'zod';

const ROWS_MAX = 1_000;

/**
 * Makes commissions payable whose time has come, up to 1,000 at once; returns how many. They join a
 * payable of their own, closed from the start, with their ledger entries in the same statement.
 */
async function matureSome(db: Db): Promise<number> {
  const rows = await db.run(
    z.object({ matured: countColumn }),
    `with due as (
       select id from commissions
       where status = 'PENDING' and available_at <= now()
       order by available_at limit ${ROWS_MAX} for update skip locked
     ),
     ready as (
       select c.id, c.payee_id, c.currency, c.amount_minor, c.earned_at,
         $1 || lpad(to_hex(dense_rank() over (order by c.payee_id, c.currency)), 8, '0') as payable_id
       from commissions c join due on due.id = c.id
     ),
     made as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
       select payable_id, payee_id, currency, sum(amount_minor), count(*), min(earned_at), false
       from ready group by payable_id, payee_id, currency
     ),
     moved as (
       update commissions c set status = 'APPROVED', payable_id = r.payable_id
       from ready r where c.id = r.id and c.status = 'PENDING'
       returning c.id, c.payee_id, c.currency, c.amount_minor
     ),
     books as (
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       select id || ':earned', line, account,
         case when (line = 1) = (amount_minor > 0) then 'debit' else 'credit' end,
         abs(amount_minor), currency, payee_id
       from moved cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as lines (line, account)
     ),
     trail as (
       insert into audit_logs (action, status, actor, details)
       select 'commission.matured', 'INFO', 'system', jsonb_build_object('count', count(*))
       from moved having count(*) > 0
     )
     select count(*) as matured from moved`,
    [newId('payable').slice(0, -8)],
    { deadlineMs: 30_000 },
  );
  return onlyRow(rows).matured;
}

/** Makes every commission payable whose time has come; returns how many. */
export async function matureCommissions(db: Db): Promise<number> {
  let total = 0;
  for (;;) {
    const matured = await matureSome(db);
    total += matured;
    if (matured < ROWS_MAX) return total;
  }
}
