import { z } from 'zod';
import {
  CONVERSION_STATES,
  type ConversionState,
  type IneligibleCode,
} from '../../domain/rules/conversion.ts';
import { amountColumn, instantColumn } from '../rows.ts';
import { REVERSAL_KINDS } from './reverse-conversion.ts';
import type { Runner } from './runner.ts';

const decisionRow = z.object({
  revision: z.number(),
  code: z.string().nullable(),
  counted_minor: amountColumn,
  gross_minor: amountColumn,
  fee_minor: amountColumn,
  net_minor: amountColumn,
  commission_id: z.string().nullable(),
  as_of: instantColumn,
  created_at: instantColumn,
  sources: z.record(z.string(), z.object({ ruleId: z.string(), version: z.number() })).nullable(),
});
/** What was decided about a conversion, with the versions of the rules that it went by. */
export type DecisionRow = z.infer<typeof decisionRow>;

/** Amounts as text: a JSON number would be read as a double. */
const decisionJson = z.object({
  revision: z.number(),
  code: z.string().nullable(),
  counted_minor: z.string().transform(BigInt),
  gross_minor: z.string().transform(BigInt),
  fee_minor: z.string().transform(BigInt),
  net_minor: z.string().transform(BigInt),
  commission_id: z.string().nullable(),
  as_of: instantColumn,
  created_at: instantColumn,
  sources: decisionRow.shape.sources,
});

const conversionRow = z.object({
  id: z.string(),
  external_id: z.string(),
  programme_id: z.string(),
  affiliate_external_id: z.string(),
  payee_id: z.string().nullable(),
  amount_minor: amountColumn,
  reversed_minor: amountColumn,
  currency: z.string(),
  occurred_at: instantColumn,
  clicked_at: instantColumn.nullable(),
  status: z.enum(CONVERSION_STATES),
  test: z.boolean(),
  customer: z.string().nullable(),
  order_id: z.string().nullable(),
  source: z.string().nullable(),
  product: z.string().nullable(),
  created_at: instantColumn,
  decision: decisionJson.nullable(),
});
/** A conversion with what holds of it: the newest decision, null before there is one. */
export type ConversionRow = z.infer<typeof conversionRow>;

const NEWEST = `
  left join lateral (
    select d.code, jsonb_build_object('revision', d.revision, 'code', d.code, 'counted_minor', d.counted_minor::text,
      'gross_minor', d.gross_minor::text, 'fee_minor', d.fee_minor::text, 'net_minor', d.net_minor::text,
      'commission_id', d.commission_id, 'as_of', d.as_of, 'created_at', d.created_at, 'sources', t.sources) as decision
    from conversion_decisions d left join calculation_terms t on t.id = d.terms_id
    where d.conversion_id = c.id order by d.revision desc limit 1
  ) n on true`;

const SEEN = `
  select c.id, c.external_id, c.programme_id, c.affiliate_external_id, c.payee_id, c.amount_minor, c.currency,
    c.occurred_at, c.clicked_at, c.status, c.test, c.customer, c.order_id, c.source, c.product, c.created_at,
    coalesce((select sum(r.amount_minor) from conversion_reversals r where r.conversion_id = c.id), 0)::bigint
      as reversed_minor, n.decision
  from conversions c ${NEWEST}`;

/** One conversion; null where it is not there. */
export async function findConversion(db: Runner, id: string): Promise<ConversionRow | null> {
  const [row] = await db.run(conversionRow, `${SEEN} where c.id = $1`, [id]);
  return row ?? null;
}

export interface ConversionFilter {
  programmeId?: string | undefined;
  affiliateId?: string | undefined;
  status?: ConversionState | undefined;
  /** Why it earns nothing, by the newest decision. */
  code?: IneligibleCode | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** An external id of the conversion or its affiliate, an order or a customer, as a whole. */
  q?: string | undefined;
  /** Only those that came before this one: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Conversions of a word, each way by an index: orders and customers stand below their programme. */
const NAMED = (word: string): string => `
  select v.id from conversions v where v.external_id = ${word}
  union all
  select v.id from programmes g join conversions v on v.programme_id = g.id
    and (v.order_id = ${word} or v.customer = ${word})
  union all
  select v.id from payees y cross join programmes g
  join conversions v on v.programme_id = g.id and v.payee_id = y.id where y.external_id = ${word}
  union all
  select v.id from conversions v where v.payee_id is null and v.affiliate_external_id = ${word}`;

/** Conversions, those that came last first. One without an affiliate counts as `unknown_affiliate`. */
export function listConversions(db: Runner, filter: ConversionFilter): Promise<ConversionRow[]> {
  const values: unknown[] = [filter.limit];
  const conditions: string[] = [];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.programmeId, (given) => `c.programme_id = ${given}`);
  // Affiliates stand below their programme in the index.
  add(
    filter.affiliateId,
    (given) => `c.payee_id = ${given} and c.programme_id in (select id from programmes)`,
  );
  add(filter.status, (given) => `c.status = ${given}`);
  add(
    filter.code,
    (given) =>
      `coalesce(n.code, case when c.payee_id is null then 'unknown_affiliate' end) = ${given}`,
  );
  add(filter.from?.toISOString(), (given) => `c.occurred_at >= ${given}::timestamptz`);
  add(filter.to?.toISOString(), (given) => `c.occurred_at < ${given}::timestamptz`);
  add(filter.q, (given) => `c.id in (${NAMED(given)})`);
  add(filter.before, (given) => `c.id < ${given}`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  return db.run(conversionRow, `${SEEN} ${where} order by c.id desc limit $1`, values);
}

const ROWS_MAX = 1_000;

/** All that was decided about a conversion, newest first; at most 1,000. */
export const listDecisions = (db: Runner, conversionId: string): Promise<DecisionRow[]> =>
  db.run(
    decisionRow,
    `select d.revision, d.code, d.counted_minor, d.gross_minor, d.fee_minor, d.net_minor, d.commission_id, d.as_of,
       d.created_at, t.sources
     from conversion_decisions d left join calculation_terms t on t.id = d.terms_id
     where d.conversion_id = $1 order by d.revision desc limit ${ROWS_MAX}`,
    [conversionId],
  );

const reversalRow = z.object({
  id: z.string(),
  external_id: z.string(),
  kind: z.enum(REVERSAL_KINDS),
  amount_minor: amountColumn,
  occurred_at: instantColumn,
  reason: z.string().nullable(),
  created_by: z.string(),
  created_at: instantColumn,
});
export type ReversalRow = z.infer<typeof reversalRow>;

/** What was given back of a conversion, oldest first; at most 1,000. */
export const listReversals = (db: Runner, conversionId: string): Promise<ReversalRow[]> =>
  db.run(
    reversalRow,
    `select id, external_id, kind, amount_minor, occurred_at, reason, created_by, created_at
     from conversion_reversals where conversion_id = $1 order by occurred_at, id limit ${ROWS_MAX}`,
    [conversionId],
  );
