import { z } from 'zod';
import type { Db } from '../../client.ts';
import { amountColumn, countColumn, instantColumn } from '../../rows.ts';

const listedRow = z.object({
  number: countColumn,
  payment_id: z.string().nullable(),
  year: z.number().nullable(),
  currency: z.string().nullable(),
  amount_minor: amountColumn.nullable(),
  status: z.string().nullable(),
  settled_at: instantColumn.nullable(),
  created_at: instantColumn,
});

/** A statement that has a number: of a payout, or of a year. */
export type ListedStatement = z.infer<typeof listedRow>;

/** The statements of a payee, the newest number first. */
export const listStatements = (
  db: Db,
  payeeId: string,
  page: { before: number | undefined; limit: number },
): Promise<ListedStatement[]> =>
  db.run(
    listedRow,
    `select s.number, s.payment_id, s.year, p.currency, p.amount_minor, p.status, p.completed_at as settled_at, s.created_at
     from statements s left join payments p on p.id = s.payment_id
     where s.payee_id = $1 and ($2::bigint is null or s.number < $2::bigint)
     order by s.number desc limit $3`,
    [payeeId, page.before ?? null, page.limit],
  );

const yearRow = z.object({
  year: z.number(),
  payouts: countColumn,
  number: countColumn.nullable(),
});

/** The years (UTC) in which a payee was paid, with the numbers of those statements that have one. */
export const payoutYears = (db: Db, payeeId: string) =>
  db.run(
    yearRow,
    `select y.year, y.payouts, s.number
     from (
       select extract(year from completed_at at time zone 'UTC')::int as year, count(*) as payouts
       from payments where payee_id = $1 and completed_at is not null group by 1
     ) y left join statements s on s.payee_id = $1 and s.year = y.year
     order by y.year`,
    [payeeId],
  );
