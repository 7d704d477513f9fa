import { z } from 'zod';
import { COMMISSION_KINDS } from '../../domain/commission.ts';
import { INELIGIBLE_REASONS, type IneligibleCode } from '../../domain/rules/conversion.ts';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';

const sources = z.record(z.string(), z.object({ ruleId: z.string(), version: z.int() }));
const amount = amountColumn.nullable();
const codes = Object.keys(INELIGIBLE_REASONS) as IneligibleCode[];

const whyRow = z.object({
  id: z.string(),
  external_id: z.string(),
  payee_id: z.string(),
  programme_id: z.string().nullable(),
  kind: z.enum(COMMISSION_KINDS),
  amount_minor: amountColumn,
  currency: z.string(),
  status: z.string(),
  earned_at: instantColumn,
  available_at: instantColumn.nullable(),
  description: z.string().nullable(),
  release_id: z.string().nullable(),
  list_id: z.string().nullable(),
  reverses: z.string().nullable(),
  conversion_id: z.string().nullable(),
  conversion_external_id: z.string().nullable(),
  conversion_minor: amount,
  occurred_at: instantColumn.nullable(),
  clicked_at: instantColumn.nullable(),
  conversion_status: z.string().nullable(),
  revision: z.int().nullable(),
  code: z.enum(codes).nullable(),
  counted_minor: amount,
  commission_measure: amount,
  fee_measure: amount,
  gross_minor: amount,
  fee_minor: amount,
  net_minor: amount,
  as_of: instantColumn.nullable(),
  before_minor: amount,
  month: z.string().nullable(),
  fees_minor: amount,
  minimum_minor: amount,
  charge_minor: amount,
  terms: z.unknown(),
  sources: sources.nullable(),
});

/** A commission with what it was calculated from: a decision about a conversion, or a month. */
export type WhyCommission = z.infer<typeof whyRow>;

/** Reads it; null where there is no such commission. `before_minor` is what the revision before came to. */
export async function readWhyCommission(db: Db, id: string): Promise<WhyCommission | null> {
  const rows = await db.run(
    whyRow,
    `select c.id, c.external_id, c.payee_id, c.programme_id, c.kind, c.amount_minor, c.currency,
       case when b.paid_at is not null then 'PAID' else c.status end as status, c.earned_at, c.available_at, c.description,
       c.release_id, c.list_id, c.reverses, v.id as conversion_id, v.external_id as conversion_external_id,
       v.amount_minor as conversion_minor, v.occurred_at, v.clicked_at, v.status as conversion_status,
       coalesce(d.revision, m.revision) as revision, d.code, d.counted_minor, d.commission_measure, d.fee_measure,
       d.gross_minor, d.fee_minor, d.net_minor, coalesce(d.as_of, m.as_of) as as_of,
       coalesce(e.net_minor, -n.charge_minor, 0)::bigint as before_minor,
       m.month::text as month, m.fees_minor, m.minimum_minor, m.charge_minor, t.terms, t.sources
     from commissions c
     left join payables b on b.id = c.payable_id
     left join conversions v on v.id = c.conversion_id
     left join conversion_decisions d on d.commission_id = c.id
     left join conversion_decisions e on e.conversion_id = d.conversion_id and e.revision = d.revision - 1
     left join fee_months m on m.commission_id = c.id
     left join fee_months n on n.programme_id = m.programme_id and n.payee_id = m.payee_id and n.currency = m.currency
       and n.month = m.month and n.revision = m.revision - 1
     left join calculation_terms t on t.id = coalesce(d.terms_id, m.terms_id)
     where c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
