import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { COMMISSION_STATES, type CommissionState } from '../../domain/commission.ts';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { accounts } from '../schema/accounts.ts';
import { payees } from '../schema/payees.ts';
import { sumColumn } from './preview.ts';

/** A payee with its accounts; null where it is not there. */
export async function findAffiliate(db: Db, id: string) {
  const row = await db.orm.query.payees.findFirst({
    where: eq(payees.id, id),
    with: { accounts: { orderBy: asc(accounts.provider) } },
  });
  return row ?? null;
}

/** What a payee is owed and was paid, by currency. */
export const sumAffiliate = (db: Db, id: string) =>
  db.run(
    z.object({ currency: z.string(), pending_minor: sumColumn, paid_minor: sumColumn }),
    `select currency,
       coalesce(sum(amount_minor) filter (where paid_at is null), 0) as pending_minor,
       coalesce(sum(amount_minor) filter (where paid_at is not null), 0) as paid_minor
     from payables where payee_id = $1 and commission_count > 0 group by currency order by currency`,
    [id],
  );

const commissionRow = z.object({
  id: z.string(),
  external_id: z.string(),
  payee_id: z.string(),
  amount_minor: z.bigint(),
  currency: z.string(),
  status: z.enum(COMMISSION_STATES),
  payment_id: z.string().nullable(),
  earned_at: instantColumn,
  available_at: instantColumn.nullable(),
  description: z.string().nullable(),
});

export type CommissionRow = z.infer<typeof commissionRow>;

/** Commissions as the world sees them: PAID where their payable is paid. */
const SEEN = `
  select c.id, c.external_id, c.payee_id, c.amount_minor, c.currency,
    case when b.paid_at is not null then 'PAID' else c.status end as status,
    b.payment_id, c.earned_at, c.available_at, c.description
  from commissions c left join payables b on b.id = c.payable_id`;

/** Without a state: what is payable and in no live payment. */
const CHOSEN = `
  where c.payee_id = $1 and case
    when $2::text is null then c.status = 'APPROVED' and b.payment_id is null
    when $2 = 'PAID' then b.paid_at is not null
    else c.status = $2 and b.paid_at is null end`;

/** Commissions of a payee, oldest first, after id `after`. */
export const listCommissions = (
  db: Db,
  payeeId: string,
  filter: { status?: CommissionState | undefined; after?: string | undefined; limit: number },
): Promise<CommissionRow[]> =>
  db.run(
    commissionRow,
    `${SEEN} ${CHOSEN} and ($3::text is null or c.id > $3) order by c.id limit $4`,
    [payeeId, filter.status ?? null, filter.after ?? null, filter.limit],
  );

/** How many commissions the same filter finds, and their sum by currency. */
export const sumCommissions = (db: Db, payeeId: string, status: CommissionState | undefined) =>
  db.run(
    z.object({ currency: z.string(), count: countColumn, amount_minor: sumColumn }),
    `select c.currency, count(*) as count, sum(c.amount_minor) as amount_minor
     from commissions c left join payables b on b.id = c.payable_id ${CHOSEN}
     group by c.currency order by c.currency`,
    [payeeId, status ?? null],
  );

/** Commissions that a payment covers, or covered before it let go; at most `limit`. */
export const listPaymentCommissions = (
  db: Db,
  paymentId: string,
  limit: number,
): Promise<CommissionRow[]> =>
  db.run(
    commissionRow,
    `${SEEN} where c.payable_id in (
       select y.id from payments p join payables y on y.payee_id = p.payee_id and y.payment_id = p.id where p.id = $1
       union
       select r.payable_id from released_payables r where r.payment_id = $1)
     order by c.id limit $2`,
    [paymentId, limit],
  );

/** Commissions that a conversion brought about, oldest first; at most `limit`. */
export const listConversionCommissions = (
  db: Db,
  conversionId: string,
  limit: number,
): Promise<CommissionRow[]> =>
  db.run(commissionRow, `${SEEN} where c.conversion_id = $1 order by c.id limit $2`, [
    conversionId,
    limit,
  ]);
