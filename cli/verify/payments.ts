import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import type { PaymentFacts } from './join.ts';

const PAGE = 20_000;

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  amount_minor: z.bigint(),
  currency: z.string(),
  account_ref: z.string(),
});

/** Every payment by one provider, in the order of their ids, a page at a time. */
export async function* paymentsBy(db: Db, provider: string): AsyncGenerator<PaymentFacts> {
  for (let after = ''; ;) {
    const rows = await db.run(
      paymentRow,
      `select id, status, amount_minor, currency, account_ref from payments
       where id > $1 and provider = $2 order by id limit ${PAGE}`,
      [after, provider],
      { deadlineMs: 30_000 },
    );
    for (const { id, status, amount_minor, currency, account_ref } of rows) {
      yield { id, status, amount: amount_minor, currency, accountRef: account_ref };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
