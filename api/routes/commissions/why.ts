import { z } from '@hono/zod-openapi';
import { readWhyCommission, type WhyCommission } from '../../../db/queries/why-commission.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { amountOut, idParams, iso, isoOrNull, timeOrNull, timeOut } from '../../schemas/common.ts';
import { whySteps } from '../../why-steps.ts';

const amountOrNull = amountOut.nullable();

const whyOut = z.object({
  commission: z.object({
    id: z.string(),
    externalId: z.string(),
    affiliateId: z.string(),
    programmeId: z.string().nullable(),
    kind: z.string(),
    amount: amountOut,
    currency: z.string(),
    status: z.string(),
    earnedAt: timeOut,
    availableAt: timeOrNull,
    description: z.string().nullable(),
  }),
  conversion: z
    .object({
      id: z.string(),
      externalId: z.string(),
      amount: amountOut,
      currency: z.string(),
      occurredAt: timeOut,
      status: z.string(),
    })
    .nullable(),
  decision: z
    .object({
      revision: z.int(),
      code: z.string().nullable().meta({ description: 'Why it earns nothing; null: it counts.' }),
      countedAmount: amountOut,
      grossAmount: amountOut,
      feeAmount: amountOut,
      netAmount: amountOut,
      asOf: timeOut,
    })
    .nullable(),
  month: z
    .object({
      month: z.string(),
      revision: z.int(),
      feesAmount: amountOut,
      minimumAmount: amountOut,
      chargeAmount: amountOut,
      asOf: timeOut,
    })
    .nullable()
    .meta({ description: 'For a minimum fee: what the month came to.' }),
  rules: z
    .record(z.string(), z.object({ ruleId: z.string(), version: z.int() }))
    .meta({ description: 'Which version of which rule gave each section that it went by.' }),
  steps: z.array(z.object({ step: z.string(), text: z.string(), amount: amountOrNull })),
  difference: z.object({ before: amountOut, after: amountOut }).nullable(),
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/commissions/{id}/why',
  tags: ['Commissions'],
  summary: 'Why a commission is what it is: rules, tiers and arithmetic',
  'x-permission': 'view',
  request: { params: idParams('commission') },
  responses: {
    200: json('The rules that it went by, and each step.', whyOut),
    404: json('No such commission.', z.unknown()),
  },
});

/** The explanation of one commission, from the decision that made it. */
export const explainCommission = newApp().openapi(route, async (c) => {
  const row = await readWhyCommission(c.var.deps.db, c.req.valid('param').id);
  if (!row) throw notFound('commission');
  const answer = {
    commission: commissionOf(row),
    conversion: conversionOf(row),
    decision: decisionOf(row),
    month: monthOf(row),
    rules: row.sources ?? {},
    steps: whySteps(row).map(({ step, text, amountMinor }) => ({
      step,
      text,
      amount: amountMinor === null ? null : toJsonAmount(amountMinor),
    })),
    difference: differenceOf(row),
  };
  return c.json(answer, 200);
});

const commissionOf = (row: WhyCommission) => ({
  id: row.id,
  externalId: row.external_id,
  affiliateId: row.payee_id,
  programmeId: row.programme_id,
  kind: row.kind,
  amount: toJsonAmount(row.amount_minor),
  currency: row.currency,
  status: row.status,
  earnedAt: iso(row.earned_at),
  availableAt: isoOrNull(row.available_at),
  description: row.description,
});

const amountOf = (minor: bigint | null): number => toJsonAmount(minor ?? 0n);

const conversionOf = (row: WhyCommission) =>
  row.conversion_id === null || row.occurred_at === null
    ? null
    : {
        id: row.conversion_id,
        externalId: row.conversion_external_id ?? '',
        amount: amountOf(row.conversion_minor),
        currency: row.currency,
        occurredAt: iso(row.occurred_at),
        status: row.conversion_status ?? '',
      };

const decisionOf = (row: WhyCommission) =>
  row.revision === null || row.as_of === null || row.month !== null
    ? null
    : {
        revision: row.revision,
        code: row.code,
        countedAmount: amountOf(row.counted_minor),
        grossAmount: amountOf(row.gross_minor),
        feeAmount: amountOf(row.fee_minor),
        netAmount: amountOf(row.net_minor),
        asOf: iso(row.as_of),
      };

const monthOf = (row: WhyCommission) =>
  row.month === null || row.revision === null || row.as_of === null
    ? null
    : {
        month: row.month.slice(0, 7),
        revision: row.revision,
        feesAmount: amountOf(row.fees_minor),
        minimumAmount: amountOf(row.minimum_minor),
        chargeAmount: amountOf(row.charge_minor),
        asOf: iso(row.as_of),
      };

/** What it came to before and after; the commission is the difference. */
function differenceOf(row: WhyCommission) {
  if (row.revision === null) return null;
  const after = row.month === null ? (row.net_minor ?? 0n) : -(row.charge_minor ?? 0n);
  return { before: amountOf(row.before_minor), after: toJsonAmount(after) };
}
