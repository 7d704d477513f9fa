import { z } from '@hono/zod-openapi';
import { sumLedger } from '../../../db/queries/report/ledger-sums.ts';
import { sumMinimumFees } from '../../../db/queries/report/minimum-fees.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { feesOf, type FeesAndTax } from '../../../domain/report/fees.ts';
import { bucketsOf } from '../../../domain/report/period.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import { booksFilter, periodOf, type ReportAsked } from '../../report/asked.ts';
import { amountOut, timeOut } from '../../schemas/common.ts';

const row = z
  .object({
    month: z.string().meta({ description: 'The first local day of the month.' }),
    from: timeOut,
    to: timeOut,
    currency: z.string(),
    feesAmount: amountOut.meta({ description: "The platform's fees on what escrows released." }),
    feesRefundedAmount: amountOut,
    feesNetAmount: amountOut,
    taxAmount: amountOut.meta({ description: 'Tax withheld from what escrows released.' }),
    taxRefundedAmount: amountOut,
    taxNetAmount: amountOut,
    minimumFeesAmount: amountOut.meta({
      description: 'What the minimum fees of rules took from earnings.',
    }),
  })
  .meta({ id: 'FeesAndTaxRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/fees-and-tax',
  summary: 'Platform fees, tax withheld and minimum fees by month, from the books',
  'x-permission': 'view',
  responses: reportResponses('Rows by currency and month, without gaps.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject(booksFilter) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(z.strictObject(booksFilter)) },
});

async function workOut(c: AppContext, asked: ReportAsked) {
  const period = periodOf(asked);
  await allowFormat(c, asked);
  const buckets = bucketsOf(period, 'month');
  const bounds = [...buckets.map(({ from }) => from), period.to];
  const { db } = c.var.deps;
  const { currency } = asked;
  const [lines, minimumFees] = await Promise.all([
    sumLedger(db, { bounds, currency, accounts: ['platform_revenue', 'tax_payable'] }),
    sumMinimumFees(db, { bounds, currency }),
  ]);
  const rows = feesOf(buckets, lines, minimumFees).map(toRow);
  return { name: 'fees-and-tax', asked, period, rows, columns: COLUMNS };
}

const toRow = (fees: FeesAndTax): Row => ({
  month: fees.bucket.key,
  from: new Date(fees.bucket.from).toISOString(),
  to: new Date(fees.bucket.to).toISOString(),
  currency: fees.currency,
  feesAmount: toJsonAmount(fees.feesMinor),
  feesRefundedAmount: toJsonAmount(fees.feesRefundedMinor),
  feesNetAmount: toJsonAmount(fees.feesMinor - fees.feesRefundedMinor),
  taxAmount: toJsonAmount(fees.taxMinor),
  taxRefundedAmount: toJsonAmount(fees.taxRefundedMinor),
  taxNetAmount: toJsonAmount(fees.taxMinor - fees.taxRefundedMinor),
  minimumFeesAmount: toJsonAmount(fees.minimumFeesMinor),
});

const COLUMNS = [
  'month',
  'from',
  'to',
  'currency',
  'feesAmount',
  'feesRefundedAmount',
  'feesNetAmount',
  'taxAmount',
  'taxRefundedAmount',
  'taxNetAmount',
  'minimumFeesAmount',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: ReportAsked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** What was kept of money that went out: revenue, tax to hand on, and minimum fees. */
export const getFeesAndTax = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postFeesAndTax = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
