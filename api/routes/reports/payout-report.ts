import { z } from '@hono/zod-openapi';
import { sumOwed } from '../../../db/queries/report/owed.ts';
import { sumPayments } from '../../../db/queries/report/payment-sums.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { OWED_SECTIONS, owedLines, type OwedLine } from '../../../domain/report/owed.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import {
  booksFilter,
  filterOf,
  periodOf,
  reportBody,
  reportQuery,
  type ReportAsked,
} from '../../report/asked.ts';
import { amountOut } from '../../schemas/common.ts';

const row = z
  .object({
    section: z.enum(OWED_SECTIONS).meta({
      description:
        'From `start` to `end` the amounts add up. `failed`, where there is any, are payments made in the period that are FAILED now; they are still owed.',
    }),
    category: z.string().nullable().meta({
      description: 'Of `payout`: how its batch came to be, like `manual` or `schedule`.',
    }),
    currency: z.string(),
    entries: z.int().nullable(),
    amount: amountOut.meta({ description: 'Above zero where more is owed to payees by it.' }),
  })
  .meta({ id: 'PayoutReportRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/payout-report',
  summary: 'What was owed to payees, what changed it, and what is owed at the end, from the books',
  'x-permission': 'view',
  responses: reportResponses('Rows by currency, in the order of a statement.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject({ ...booksFilter, affiliateId: reportQuery.affiliateId }) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: {
    body: jsonBody(z.strictObject({ ...booksFilter, affiliateId: reportBody.affiliateId })),
  },
});

async function workOut(c: AppContext, asked: ReportAsked) {
  const period = periodOf(asked);
  const { currency, payeeIds } = filterOf(asked);
  await allowFormat(c, asked);
  const { db } = c.var.deps;
  const [owed, failed] = await Promise.all([
    sumOwed(db, { ...period, currency, payeeIds }),
    sumPayments(db, {
      bounds: [period.from, period.to],
      basis: 'made',
      filter: { currency, payeeIds, statuses: ['FAILED'] },
    }),
  ]);
  const rows = owedLines(owed, failed).map(toRow);
  return { name: 'payout-report', asked, period, rows, columns: COLUMNS };
}

const toRow = ({ amountMinor, ...line }: OwedLine): Row => ({
  ...line,
  amount: toJsonAmount(amountMinor),
});

const COLUMNS = [
  'section',
  'category',
  'currency',
  'entries',
  'amount',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: ReportAsked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** The statement of what payees are owed; its figures are those of the account `payee_payable`. */
export const getPayoutReport = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postPayoutReport = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
