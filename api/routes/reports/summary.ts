import { z } from '@hono/zod-openapi';
import { sumPayments } from '../../../db/queries/report/payment-sums.ts';
import { sumReturned } from '../../../db/queries/report/returned-payments.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { PAYMENT_STATES } from '../../../domain/payment.ts';
import { periodBefore } from '../../../domain/report/period.ts';
import {
  averageOf,
  percentChange,
  SUMMARY_MEASURES,
  summaryOf,
  type SummaryLine,
} from '../../../domain/report/summary.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import {
  filterOf,
  periodOf,
  reportBody,
  reportQuery,
  type ReportAsked,
} from '../../report/asked.ts';
import { amountOut, timeOut } from '../../schemas/common.ts';

const percent = z.number().nullable().meta({ description: 'Null where there was nothing before.' });
const rate = z.number().nullable().meta({
  description: 'Of `made` as a whole: completed of those that ended; null where none did.',
});

const row = z
  .object({
    currency: z.string(),
    measure: z.enum(SUMMARY_MEASURES).meta({
      description:
        '`made`: by when payments were made; `paid`: by when they were settled; `returned`: by when all of a payment came back, or a part (`returned_partly`).',
    }),
    status: z
      .enum(PAYMENT_STATES)
      .nullable()
      .meta({ description: 'Of `made`: the state that they are in now; null for all of them.' }),
    payments: z.int(),
    paymentsBefore: z.int(),
    paymentsChange: z.int(),
    paymentsChangePercent: percent,
    amount: amountOut,
    beforeAmount: amountOut,
    changeAmount: amountOut,
    amountChangePercent: percent,
    averageAmount: amountOut.nullable(),
    averageBeforeAmount: amountOut.nullable(),
    successRate: rate,
    successRateBefore: rate,
    beforeFrom: timeOut.meta({ description: 'Where the period before begins; it ends at `from`.' }),
  })
  .meta({ id: 'SummaryRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/summary',
  summary: 'A period beside the one before: made, paid, returned, by currency',
  'x-permission': 'view',
  responses: reportResponses('Rows by currency, measure and state; those without any are 0.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject(reportQuery) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(z.strictObject(reportBody)) },
});

async function workOut(c: AppContext, asked: ReportAsked) {
  const period = periodOf(asked);
  const filter = filterOf(asked);
  await allowFormat(c, asked);
  const before = periodBefore(period);
  const bounds = [before.from, period.from, period.to];
  const { db } = c.var.deps;
  const [made, paid, returned] = await Promise.all([
    sumPayments(db, { bounds, basis: 'made', filter }),
    sumPayments(db, { bounds, basis: 'paid', filter }),
    sumReturned(db, { bounds, filter }),
  ]);
  const beforeFrom = new Date(before.from).toISOString();
  const rows = summaryOf({ made, paid, returned }).map((line) => toRow(line, beforeFrom));
  return { name: 'summary', asked, period, rows, columns: COLUMNS };
}

function toRow(line: SummaryLine, beforeFrom: string): Row {
  const { currency, measure, status, now, before, successRate, successRateBefore } = line;
  const average = (total: typeof now): number | null => {
    const amountMinor = averageOf(total);
    return amountMinor === null ? null : toJsonAmount(amountMinor);
  };
  return {
    currency,
    measure,
    status,
    payments: now.payments,
    paymentsBefore: before.payments,
    paymentsChange: now.payments - before.payments,
    paymentsChangePercent: percentChange(BigInt(now.payments), BigInt(before.payments)),
    amount: toJsonAmount(now.amountMinor),
    beforeAmount: toJsonAmount(before.amountMinor),
    changeAmount: toJsonAmount(now.amountMinor - before.amountMinor),
    amountChangePercent: percentChange(now.amountMinor, before.amountMinor),
    averageAmount: average(now),
    averageBeforeAmount: average(before),
    successRate,
    successRateBefore,
    beforeFrom,
  };
}

const COLUMNS = [
  'currency',
  'measure',
  'status',
  'payments',
  'paymentsBefore',
  'paymentsChange',
  'paymentsChangePercent',
  'amount',
  'beforeAmount',
  'changeAmount',
  'amountChangePercent',
  'averageAmount',
  'averageBeforeAmount',
  'successRate',
  'successRateBefore',
  'beforeFrom',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: ReportAsked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** What a period brought, and by how much that is more or less than the period before did. */
export const getSummary = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postSummary = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
