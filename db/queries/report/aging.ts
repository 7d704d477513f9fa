import { z } from 'zod';
import { AGE_BOUNDS_DAYS, AGING_KINDS } from '../../../domain/report/aging.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import type { Db } from '../../client.ts';
import { countColumn } from '../../rows.ts';
import { startStatement, type Statement } from '../judged-payees.ts';
import { sumColumn } from '../preview.ts';
import { paymentConditions, type PaymentFilter } from './payment-sums.ts';

const DEADLINE_MS = 30_000;

const agingRow = z.object({
  kind: z.enum(AGING_KINDS),
  currency: z.string(),
  /** Of payments; none else. */
  provider: z.string().nullable(),
  status: z.string().nullable(),
  /** The place of the age span, from 0. */
  span: z.number(),
  affiliates: countColumn,
  payments: countColumn.nullable(),
  amount_minor: sumColumn,
});
export type AgingSum = z.infer<typeof agingRow>;

/**
 * What is owed and in no payment, by the age of the oldest earning behind it at `asOf`, and payments that
 * have not ended, by how long ago they were sent, or put on hold. Payees whose earnings come to less than
 * nothing stand among the debts with all of them, so that payable and held less debts is what is owed.
 * Provider, states and amounts choose payments alone: what is owed has none of them yet.
 */
export function readAging(db: Db, filter: PaymentFilter, asOf: Date): Promise<AgingSum[]> {
  const statement = startStatement();
  const { bind, values } = statement;
  const at = bind(asOf.toISOString(), 'timestamptz');
  const bounds = bind([...AGE_BOUNDS_DAYS], 'int[]');
  const span = (since: string) =>
    `width_bucket(floor(extract(epoch from ${at} - ${since}) / 86400)::int, ${bounds})`;
  return db.run(
    agingRow,
    `with ${owedOf(filter, statement)},
     ${openOf(filter, statement)}
     select k.kind, o.currency, null as provider, null as status, ${span('k.since')} as span,
       count(*) as affiliates, null::bigint as payments, sum(k.amount_minor) as amount_minor
     from owed o cross join lateral (values
       ('payable', case when o.all_minor >= 0 then greatest(o.free_minor, 0) else 0 end, o.free_since),
       ('held', case when o.all_minor >= 0 then o.all_minor - greatest(o.free_minor, 0) else 0 end, o.held_since),
       ('debt', greatest(-o.all_minor, 0), o.since)) as k (kind, amount_minor, since)
     where k.amount_minor <> 0
     group by 1, 2, 5
     union all
     select 'stuck', p.currency, p.provider, p.status, ${span('p.since')}, count(distinct p.payee_id), count(*),
       sum(p.amount_minor)
     from open_payments p group by 2, 3, 4, 5
     order by 1, 2, 3, 4, 5`,
    values,
    { deadlineMs: DEADLINE_MS },
  );
}

const conditionsOf = (
  alias: string,
  { currency, payeeIds }: PaymentFilter,
  { bind }: Statement,
): string[] => [
  ...(currency === undefined ? [] : [`${alias}.currency = ${bind(currency, 'text')}`]),
  ...(payeeIds === undefined ? [] : [`${alias}.payee_id = any(${bind([...payeeIds], 'text[]')})`]),
];

/** A row for each payee and currency with anything that no payment has claimed. */
function owedOf(filter: PaymentFilter, statement: Statement): string {
  const { programmeId } = filter;
  const since = 'coalesce(b.oldest_earned_at, b.created_at)';
  const conditions = [
    'b.paid_at is null and b.payment_id is null and b.commission_count > 0',
    ...conditionsOf('b', filter, statement),
    ...(programmeId === undefined
      ? []
      : [
          `coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}') = ${statement.bind(programmeId, 'text')}`,
        ]),
  ];
  return `
    owed as (
      select b.payee_id, b.currency, sum(b.amount_minor) as all_minor,
        coalesce(sum(b.amount_minor) filter (where not b.held), 0) as free_minor, min(${since}) as since,
        coalesce(min(${since}) filter (where not b.held), min(${since})) as free_since,
        coalesce(min(${since}) filter (where b.held), min(${since})) as held_since
      from payables b where ${conditions.join(' and ')}
      group by b.payee_id, b.currency
    )`;
}

/** By two indexes: of those under way, and of those on hold. */
function openOf(filter: PaymentFilter, statement: Statement): string {
  const meant = paymentConditions(filter, statement.bind);
  const chosen = (states: string, since: string) => `
      select p.payee_id, p.currency, p.provider, p.status, p.amount_minor, ${since} as since
      from payments p join batches b on b.id = p.batch_id
      where ${states} ${meant}`;
  return `
    open_payments as (
      ${chosen(`p.status in ('PROCESSING', 'UNKNOWN')`, 'coalesce(p.submitted_at, p.created_at)')}
      union all
      ${chosen(`p.status = 'ON_HOLD'`, 'coalesce(p.held_at, p.updated_at)')}
    )`;
}
