import { z } from '@hono/zod-openapi';
import { sumMethods, type MethodSum } from '../../../db/queries/report/payment-methods.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { successRateOf } from '../../../domain/report/series.ts';
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
import { amountOut } from '../../schemas/common.ts';

const took = z.number().nullable().meta({
  description: 'Milliseconds from sending to the end of those that were paid; null without any.',
});

const row = z
  .object({
    provider: z.string(),
    channel: z
      .string()
      .nullable()
      .meta({ description: 'The bank or wallet that the account names now; null without one.' }),
    channelName: z.string().nullable(),
    currency: z.string(),
    payments: z.int(),
    amount: amountOut,
    completed: z.int(),
    failed: z.int(),
    returned: z.int(),
    successRate: z.number().nullable(),
    tookP50Ms: took,
    tookP95Ms: took,
    tookP99Ms: took,
    failureCodes: z.string().meta({
      description:
        'Codes of payments that failed for good or came back, most first: `invalid_account=3 returned=1`.',
    }),
  })
  .meta({ id: 'MethodsRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/methods',
  summary: 'Payments made in a period by provider, channel and currency',
  'x-permission': 'view',
  responses: reportResponses('Rows by provider, channel and currency.', row),
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
  const sums = await sumMethods(c.var.deps.db, { ...period, filter });
  return { name: 'methods', asked, period, rows: sums.map(toRow), columns: COLUMNS };
}

const toRow = (sum: MethodSum): Row => ({
  provider: sum.provider,
  channel: sum.channel,
  channelName: sum.channel_name,
  currency: sum.currency,
  payments: sum.payments,
  amount: toJsonAmount(sum.amount_minor),
  completed: sum.completed,
  failed: sum.failed,
  returned: sum.returned,
  successRate: successRateOf(sum),
  tookP50Ms: sum.p50_ms,
  tookP95Ms: sum.p95_ms,
  tookP99Ms: sum.p99_ms,
  failureCodes: sum.failures.map(({ code, payments }) => `${code}=${payments}`).join(' '),
});

const COLUMNS = [
  'provider',
  'channel',
  'channelName',
  'currency',
  'payments',
  'amount',
  'completed',
  'failed',
  'returned',
  'successRate',
  'tookP50Ms',
  'tookP95Ms',
  'tookP99Ms',
  'failureCodes',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: ReportAsked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** Which ways of paying work, how fast, and why they fail where they do. */
export const getMethods = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postMethods = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
