import { z } from 'zod';
import { COMMISSION_KINDS } from '../../domain/commission.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn } from '../rows.ts';

/** How many of the earnings behind a debt are told. */
const BEHIND_MAX = 100;

const debtRow = z.object({
  payee_id: z.string(),
  external_id: z.string(),
  full_name: z.string(),
  currency: z.string(),
  owed_minor: amountColumn,
  since: instantColumn.nullable(),
  age_days: countColumn.nullable(),
  behind_count: countColumn,
  behind: z.array(
    z.object({
      id: z.string(),
      externalId: z.string(),
      kind: z.enum(COMMISSION_KINDS),
      amount: z.number(),
      earnedAt: z.string(),
    }),
  ),
});

/** What a payee owes in one currency. */
export type DebtRow = z.infer<typeof debtRow>;

export interface DebtFilter {
  currency?: string | undefined;
  payeeId?: string | undefined;
  /** Only debts behind this place: payee and currency of the last one of the page before. */
  after?: readonly [payeeId: string, currency: string] | undefined;
  limit: number;
}

/**
 * Payees whose earnings that are neither paid nor claimed by a payment, held ones too, sum to less than
 * nothing: how much, since the oldest negative one of them, and which those are, the oldest 100 first.
 */
export const listDebts = (
  db: Db,
  { currency, payeeId, after, limit }: DebtFilter,
): Promise<DebtRow[]> =>
  db.run(
    debtRow,
    `with debts as materialized (
       select p.payee_id, p.currency, (-sum(p.amount_minor))::bigint as owed_minor
       from payables p
       where p.paid_at is null and p.payment_id is null and ($1::text is null or p.currency = $1)
         and ($2::text is null or (p.payee_id, p.currency) > ($2, $3::text))
         and ($5::text is null or p.payee_id = $5)
       group by p.payee_id, p.currency having sum(p.amount_minor) < 0
       order by p.payee_id, p.currency limit $4
     )
     select d.payee_id, y.external_id, y.full_name, d.currency, d.owed_minor, b.since,
       floor(extract(epoch from now() - b.since) / 86400)::int as age_days, b.behind_count,
       coalesce(b.behind, '[]') as behind
     from debts d join payees y on y.id = d.payee_id
     cross join lateral (
       select min(n.earned_at) as since, count(*)::int as behind_count,
         json_agg(json_build_object('id', n.id, 'externalId', n.external_id, 'kind', n.kind, 'amount', n.amount_minor,
           'earnedAt', to_char(n.earned_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by n.place)
           filter (where n.place <= ${BEHIND_MAX}) as behind
       from (
         select c.*, row_number() over (order by c.earned_at, c.id) as place
         from commissions c join payables p on p.id = c.payable_id
         where c.payee_id = d.payee_id and c.currency = d.currency and c.amount_minor < 0
           and p.payment_id is null and p.paid_at is null
       ) n
     ) b
     order by d.payee_id, d.currency`,
    [currency ?? null, after?.[0] ?? null, after?.[1] ?? null, limit, payeeId ?? null],
    { deadlineMs: 30_000 },
  );
