import { z } from '@hono/zod-openapi';
import type { ConversionRow, DecisionRow, ReversalRow } from '../../db/queries/conversions.ts';
import { REVERSAL_KINDS } from '../../db/queries/reverse-conversion.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { CONVERSION_STATES, INELIGIBLE_REASONS } from '../../domain/rules/conversion.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const decisionOut = z
  .object({
    revision: z.int(),
    code: z
      .string()
      .nullable()
      .meta({ description: 'Why it earns nothing; null where it counts.' }),
    sentence: z.string().nullable(),
    countedAmount: amountOut,
    gross: amountOut,
    fee: amountOut,
    net: amountOut.meta({ description: 'What the affiliate earns by it.' }),
    commissionId: z
      .string()
      .nullable()
      .meta({ description: 'The commission that books the difference to the decision before.' }),
    rules: z
      .record(z.string(), z.object({ ruleId: z.string(), version: z.int() }))
      .meta({ description: 'The version of the rule that gave each section of the terms.' }),
    asOf: timeOut,
    decidedAt: timeOut,
  })
  .meta({ id: 'ConversionDecision' });

export const conversionOut = z
  .object({
    id: z.string(),
    externalId: z.string(),
    programmeId: z.string(),
    affiliateId: z.string().nullable().meta({ description: 'Null while nobody is registered.' }),
    affiliateExternalId: z.string(),
    amount: amountOut,
    reversedAmount: amountOut,
    currency: z.string(),
    occurredAt: timeOut,
    clickedAt: timeOrNull,
    status: z.enum(CONVERSION_STATES),
    test: z.boolean(),
    customer: z.string().nullable(),
    orderId: z.string().nullable(),
    source: z.string().nullable(),
    product: z.string().nullable(),
    createdAt: timeOut,
    decision: decisionOut.nullable().meta({ description: 'The newest; null before there is one.' }),
  })
  .meta({ id: 'Conversion' });

export const reversalOut = z
  .object({
    id: z.string(),
    externalId: z.string(),
    kind: z.enum(REVERSAL_KINDS),
    amount: amountOut,
    occurredAt: timeOut,
    reason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'ConversionReversal' });

/** A decision as answers show it, its code with its sentence. */
export const toDecision = (row: DecisionRow): z.infer<typeof decisionOut> => ({
  revision: row.revision,
  code: row.code,
  sentence: sentenceOf(row.code),
  countedAmount: toJsonAmount(row.counted_minor),
  gross: toJsonAmount(row.gross_minor),
  fee: toJsonAmount(row.fee_minor),
  net: toJsonAmount(row.net_minor),
  commissionId: row.commission_id,
  rules: row.sources ?? {},
  asOf: iso(row.as_of),
  decidedAt: iso(row.created_at),
});

const sentenceOf = (code: string | null): string | null =>
  Object.entries(INELIGIBLE_REASONS).find(([known]) => known === code)?.[1] ?? null;

/** A conversion as answers show it. */
export const toConversion = (row: ConversionRow): z.infer<typeof conversionOut> => ({
  id: row.id,
  externalId: row.external_id,
  programmeId: row.programme_id,
  affiliateId: row.payee_id,
  affiliateExternalId: row.affiliate_external_id,
  amount: toJsonAmount(row.amount_minor),
  reversedAmount: toJsonAmount(row.reversed_minor),
  currency: row.currency,
  occurredAt: iso(row.occurred_at),
  clickedAt: isoOrNull(row.clicked_at),
  status: row.status,
  test: row.test,
  customer: row.customer,
  orderId: row.order_id,
  source: row.source,
  product: row.product,
  createdAt: iso(row.created_at),
  decision: row.decision ? toDecision(row.decision) : withoutDecision(row),
});

/** Nothing is calculated for nobody, but why it earns nothing is known from the start. */
const withoutDecision = (row: ConversionRow): z.infer<typeof decisionOut> | null =>
  row.payee_id === null
    ? {
        revision: 0,
        code: 'unknown_affiliate',
        sentence: INELIGIBLE_REASONS.unknown_affiliate,
        countedAmount: 0,
        gross: 0,
        fee: 0,
        net: 0,
        commissionId: null,
        rules: {},
        asOf: iso(row.created_at),
        decidedAt: iso(row.created_at),
      }
    : null;

/** A reversal as answers show it. */
export const toReversal = (row: ReversalRow): z.infer<typeof reversalOut> => ({
  id: row.id,
  externalId: row.external_id,
  kind: row.kind,
  amount: toJsonAmount(row.amount_minor),
  occurredAt: iso(row.occurred_at),
  reason: row.reason,
  createdBy: row.created_by,
  createdAt: iso(row.created_at),
});
