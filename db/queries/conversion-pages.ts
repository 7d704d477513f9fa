import { z } from 'zod';
import { CONVERSION_STATES, type ConversionFacts } from '../../domain/rules/conversion.ts';
import type { EffectiveTerms } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';
import type { ProgrammeReach } from './programme-reach.ts';

/** A calculation looks at no more conversions of one affiliate: what is more is put off and told. */
export const AFFILIATE_CONVERSIONS_MAX = 200_000;

const DEADLINE_MS = 60_000;

/** SQL for an instant in milliseconds since 1970. */
const ms = (column: string): string => `round(date_part('epoch', ${column}) * 1000)`;

/** The instant of the database, to the millisecond. */
export async function databaseNow(db: Db): Promise<Date> {
  const row = z.object({ now_ms: z.number() });
  return new Date(onlyRow(await db.run(row, `select floor(${ms('now()')}) as now_ms`)).now_ms);
}

const queuedRow = z.object({
  payee_id: z.string(),
  external_id: z.string().nullable(),
  email: z.string().nullable(),
  suspended_ms: z.number().nullable(),
  group_name: z.string().nullable(),
  dirty_ms: z.number(),
  rejudge_ms: z.number().nullable(),
  seen: z.array(z.tuple([z.string(), z.int(), z.string()])),
});

/** An affiliate whose earnings are to be calculated, and the queue rows that say so. */
export type QueuedPayee = z.infer<typeof queuedRow>;

/** Which queued affiliates are wanted. */
export interface QueuedPage {
  programmeId: string;
  /** Rows that were due by then. */
  asOf: Date;
  /** Affiliates of whom something later than `asOf` was decided are left out: what was made is not unmade. */
  lookBack: boolean;
  /** The last affiliate of the page before, '' before the first. */
  after: string;
  limit: number;
}

/**
 * The next affiliates with due queue rows, in order of their ids. A row is known again by its revision
 * and by the transaction that wrote it: one that was deleted and made again in between is another.
 */
export const nextQueuedPayees = (db: Db, page: QueuedPage): Promise<QueuedPayee[]> =>
  db.run(
    queuedRow,
    `select q.payee_id, p.external_id, p.email, ${ms('p.suspended_at')} as suspended_ms, p.group_name,
       ${ms('q.dirty_from')} as dirty_ms, ${ms('q.rejudge_from')} as rejudge_ms, q.seen
     from (
       select q.payee_id, min(q.dirty_from) as dirty_from, min(q.rejudge_from) as rejudge_from,
         json_agg(json_build_array(q.due_at::text, q.revision, q.xmin::text)) as seen
       from calculation_queue q
       where q.programme_id = $1 and q.due_at <= $2 and q.payee_id > $3 and (not $4::boolean or not exists (
         select 1 from conversions c join conversion_decisions d on d.conversion_id = c.id
         where c.programme_id = $1 and c.payee_id = q.payee_id and d.as_of > $2))
       group by q.payee_id order by q.payee_id limit $5
     ) q left join payees p on p.id = q.payee_id
     order by q.payee_id`,
    [page.programmeId, page.asOf.toISOString(), page.after, page.lookBack, page.limit],
    { deadlineMs: DEADLINE_MS },
  );

/** From when on conversions of an affiliate are read; minus infinity for all of them. */
export interface PayeeWindow {
  payeeId: string;
  fromMs: number;
}

const instantsOf = (windows: readonly PayeeWindow[]): string[] =>
  windows.map(({ fromMs }) =>
    fromMs === -Infinity ? '-infinity' : new Date(fromMs).toISOString(),
  );

/** How many conversions each affiliate has in its window, in the same order; counts no further than one above the limit. */
export async function countWindows(
  db: Db,
  programmeId: string,
  windows: readonly PayeeWindow[],
  asOf: Date,
): Promise<number[]> {
  const rows = await db.run(
    z.object({ count: z.int() }),
    `select n.count from unnest($2::text[], $3::timestamptz[]) with ordinality as w (payee_id, from_at, place)
     cross join lateral (
       select count(*)::int as count from (
         select 1 from conversions c
         where c.programme_id = $1 and c.payee_id = w.payee_id and c.occurred_at >= w.from_at and c.occurred_at <= $4
         limit ${AFFILIATE_CONVERSIONS_MAX + 1}
       ) few
     ) n order by w.place`,
    [programmeId, windows.map(({ payeeId }) => payeeId), instantsOf(windows), asOf.toISOString()],
    { deadlineMs: DEADLINE_MS },
  );
  return rows.map(({ count }) => count);
}

const conversionRow = z.object({
  place: z.int(),
  id: z.string(),
  external_id: z.string(),
  status: z.enum(CONVERSION_STATES),
  test: z.boolean(),
  currency: z.string(),
  amount_minor: z.bigint(),
  occurred_ms: z.number(),
  clicked_ms: z.number().nullable(),
  customer: z.string().nullable(),
  same_order_ms: z.number().nullable(),
  same_customer_ms: z.number().nullable(),
});

const decisionRow = z.object({
  conversion_id: z.string(),
  revision: z.int(),
  terms_id: z.string().nullable(),
  code: z.string().nullable(),
  counted_minor: z.bigint(),
  commission_measure: z.bigint(),
  fee_measure: z.bigint(),
  gross_minor: z.bigint(),
  fee_minor: z.bigint(),
  net_minor: z.bigint(),
  /** When the first commission of it became, or becomes, payable; null where there is none. */
  available_ms: z.number().nullable(),
});
/** The newest decision about a conversion. */
export type DecisionRow = z.infer<typeof decisionRow>;

const reversedRow = z.object({
  conversion_id: z.string(),
  reversed_minor: z.bigint(),
  /** When the next part of it is given back, after the instant that is looked at. */
  reversing_ms: z.number().nullable(),
});

/**
 * A conversion with what was decided about it last, and what was given back of it. `place` is that of
 * its affiliate in the page, from 1.
 */
export interface ConversionRow extends z.infer<typeof conversionRow> {
  decision: DecisionRow | undefined;
  reversal: z.infer<typeof reversedRow> | undefined;
}

/** What the engine is told of a conversion, with what holds for it. */
export const conversionFacts = (
  row: ConversionRow,
  terms: EffectiveTerms | null,
): ConversionFacts => ({
  id: row.id,
  externalId: row.external_id,
  status: row.status,
  test: row.test,
  currency: row.currency,
  amountMinor: row.amount_minor,
  reversedMinor: row.reversal?.reversed_minor ?? 0n,
  occurredAt: row.occurred_ms,
  clickedAt: row.clicked_ms,
  customer: row.customer,
  sameOrderAt: row.same_order_ms,
  sameCustomerAt: row.same_customer_ms,
  terms,
});

const sameBefore = (column: 'order_id' | 'customer'): string => `
  left join lateral (
    select e.occurred_at as at from conversions e
    where c.${column} is not null and e.programme_id = $1 and e.${column} = c.${column}
      and e.occurred_at <= c.occurred_at
      and (e.occurred_at < c.occurred_at or e.external_id collate "C" < c.external_id)
      and not e.test and e.status <> 'CANCELLED'
    order by e.occurred_at desc limit 1
  ) same_${column} on true`;

const conversionsBy = ({ orders, customers }: ProgrammeReach): string => `
  select w.place::int as place, c.id, c.external_id, c.status, c.test, c.currency, c.amount_minor,
    ${ms('c.occurred_at')} as occurred_ms, ${ms('c.clicked_at')} as clicked_ms, c.customer,
    ${orders ? ms('same_order_id.at') : 'null'} as same_order_ms,
    ${customers ? ms('same_customer.at') : 'null'} as same_customer_ms
  from unnest($2::text[], $3::timestamptz[]) with ordinality as w (payee_id, from_at, place)
  cross join lateral (
    select * from conversions c
    where c.programme_id = $1 and c.payee_id = w.payee_id and c.occurred_at >= w.from_at and c.occurred_at <= $4
    order by c.occurred_at, c.external_id limit ${AFFILIATE_CONVERSIONS_MAX + 1}
  ) c
  ${orders ? sameBefore('order_id') : ''}
  ${customers ? sameBefore('customer') : ''}
  order by w.place, c.occurred_at, c.external_id`;

/**
 * Each conversion is looked up by itself through the index. A plan for all of them at once would read
 * the whole table as long as nothing is known of what is in it, which is so where it has just been filled.
 */
const DECISIONS = `
  select d.*, ${ms('o.available_at')} as available_ms
  from unnest($1::text[]) as i (id)
  cross join lateral (
    select conversion_id, revision, terms_id, code, counted_minor, commission_measure, fee_measure, gross_minor,
      fee_minor, net_minor
    from conversion_decisions where conversion_id = i.id order by revision desc limit 1
  ) d
  left join lateral (
    select k.available_at from commissions k where k.conversion_id = i.id and k.kind = 'commission' limit 1
  ) o on true`;

const REVERSALS = `
  select i.id as conversion_id, r.reversed_minor, ${ms('r.reversing_at')} as reversing_ms
  from unnest($1::text[]) as i (id)
  cross join lateral (
    select coalesce(sum(amount_minor) filter (where occurred_at <= $2), 0)::bigint as reversed_minor,
      min(occurred_at) filter (where occurred_at > $2) as reversing_at
    from conversion_reversals where conversion_id = i.id having count(*) > 0
  ) r`;

const payeeRow = z.object({
  next_ms: z.number().nullable(),
  months: z.array(
    z.object({
      currency: z.string(),
      month: z.string(),
      revision: z.int(),
      terms_id: z.string(),
      fees_minor: z.string().transform(BigInt),
      minimum_minor: z.string().transform(BigInt),
      charge_minor: z.string().transform(BigInt),
    }),
  ),
});

/** Of an affiliate: when its next conversion after the instant is, and the newest revision of each charged month. */
export type PayeeFacts = z.infer<typeof payeeRow>;
export type FeeMonthRow = PayeeFacts['months'][number];

const FACTS = `
  select ${ms('n.occurred_at')} as next_ms, coalesce(m.months, '[]') as months
  from unnest($2::text[], $3::timestamptz[]) with ordinality as w (payee_id, from_at, place)
  left join lateral (
    select c.occurred_at from conversions c
    where c.programme_id = $1 and c.payee_id = w.payee_id and c.occurred_at > $4 order by c.occurred_at limit 1
  ) n on true
  left join lateral (
    select json_agg(json_build_object('currency', f.currency, 'month', f.month::text, 'revision', f.revision,
      'terms_id', f.terms_id, 'fees_minor', f.fees_minor::text, 'minimum_minor', f.minimum_minor::text,
      'charge_minor', f.charge_minor::text)) as months
    from (
      select distinct on (f.currency, f.month) f.* from fee_months f
      where $5::boolean and f.programme_id = $1 and f.payee_id = w.payee_id
      order by f.currency, f.month, f.revision desc
    ) f
  ) m on true
  order by w.place`;

/** A page: whole affiliates, in the order of `windows`. */
export interface ConversionPage {
  conversions: ConversionRow[];
  facts: PayeeFacts[];
}

/**
 * All conversions of these affiliates in their windows, in order of affiliate, time and external id,
 * each with its newest decision and with what was given back by `asOf`. The latest earlier conversion
 * with the same order or customer is of anybody in the programme, and only looked up where a rule
 * asks. An affiliate with more than the limit is cut there: the caller has counted before. Whatever
 * changes while it reads changes the queue rows that were read before, so nothing of it is written.
 */
export async function loadConversionPage(
  db: Db,
  programmeId: string,
  windows: readonly PayeeWindow[],
  asOf: Date,
  reach: ProgrammeReach,
): Promise<ConversionPage> {
  const options = { deadlineMs: DEADLINE_MS };
  const payeeIds = windows.map(({ payeeId }) => payeeId);
  const given = [programmeId, payeeIds, instantsOf(windows), asOf.toISOString()];
  const [rows, facts] = await Promise.all([
    db.run(conversionRow, conversionsBy(reach), given, options),
    db.run(payeeRow, FACTS, [...given, reach.monthly], options),
  ]);
  // Our own ids need no quotes.
  const ids = `{${rows.map(({ id }) => id).join(',')}}`;
  const [decisions, reversals] = await Promise.all([
    db.run(decisionRow, DECISIONS, [ids], options),
    db.run(reversedRow, REVERSALS, [ids, asOf.toISOString()], options),
  ]);
  const decisionOf = new Map(decisions.map((row) => [row.conversion_id, row]));
  const reversalOf = new Map(reversals.map((row) => [row.conversion_id, row]));
  const conversions = rows.map((row) =>
    Object.assign(row, { decision: decisionOf.get(row.id), reversal: reversalOf.get(row.id) }),
  );
  return { conversions, facts };
}
