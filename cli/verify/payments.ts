import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import type { PaymentFacts } from './join.ts';

const PAGE = 20_000;

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  amount_minor: z.bigint(),
  currency: z.string(),
  destination: z.string().nullable(),
});

/** Every payment by one provider, in the order of their ids, a page at a time. */
export async function* paymentsBy(db: Db, provider: string): AsyncGenerator<PaymentFacts> {
  for (let after = ''; ;) {
    const rows = await db.run(
      paymentRow,
      `select p.id, p.status, p.amount_minor, p.currency,
         case when a.changed_at > p.submitted_at then null
           else coalesce(a.details_masked ->> 'accountNumber', a.details_masked ->> 'account_number', p.account_ref)
         end as destination
       from payments p left join accounts a on a.id = p.account_id
       where p.id > $1 and p.provider = $2 order by p.id limit ${PAGE}`,
      [after, provider],
      { deadlineMs: 30_000 },
    );
    for (const { amount_minor: amount, ...row } of rows) yield { ...row, amount };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
