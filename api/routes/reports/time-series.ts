import { z } from '@hono/zod-openapi';
import { SUM_GROUPS, sumPayments } from '../../../db/queries/report/payment-sums.ts';
import { DIRECT_ROWS_MAX } from '../../../domain/report/export.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { BUCKETS_MAX, bucketsOf, GRAINS } from '../../../domain/report/period.ts';
import { seriesIn, seriesOf } from '../../../domain/report/series.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import type { AppContext } from '../../http/context.ts';
import { invalid } from '../../http/problems.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import {
  filterOf,
  periodOf,
  reportBody,
  reportQuery,
  type ReportAsked,
} from '../../report/asked.ts';
import { amountOut, timeOut } from '../../schemas/common.ts';

const own = {
  grain: z.enum(GRAINS).default('day'),
  basis: z.enum(['made', 'paid']).default('made').meta({
    description: '`made`: by when payments were made; `paid`: by when they were settled.',
  }),
  groupBy: z.enum(SUM_GROUPS).optional(),
};

const row = z
  .object({
    bucket: z.string().meta({ description: 'The first local day of the day, week or month.' }),
    from: timeOut,
    to: timeOut,
    group: z.string().nullable(),
    currency: z.string(),
    payments: z.int(),
    amount: amountOut,
    completed: z.int(),
    completedAmount: amountOut,
    failed: z.int(),
    returned: z.int(),
    successRate: z
      .number()
      .nullable()
      .meta({ description: 'Completed of those that ended; null where none did.' }),
  })
  .meta({ id: 'TimeSeriesRow' });
type Row = z.infer<typeof row>;

const PATH = '/api/disbursement/reports/time-series';
const spec = {
  path: PATH,
  summary: 'Payments by day, week or month of a zone, without gaps',
  'x-permission': 'view',
  responses: reportResponses('Rows by currency, group and bucket.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject({ ...reportQuery, ...own }) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(z.strictObject({ ...reportBody, ...own })) },
});

type Asked = ReportAsked & z.infer<z.ZodObject<typeof own>>;

async function workOut(c: AppContext, asked: Asked) {
  const period = periodOf(asked);
  const filter = filterOf(asked);
  const buckets = bucketsOf(period, asked.grain);
  if (buckets.length > BUCKETS_MAX) {
    throw invalid(
      'grain',
      `divides the period into more than ${BUCKETS_MAX}; ask for a coarser one`,
    );
  }
  await allowFormat(c, asked);
  const bounds = [...buckets.map(({ from }) => from), period.to];
  const { basis, groupBy } = asked;
  const sums = await sumPayments(c.var.deps.db, { bounds, basis, groupBy, filter });
  if (seriesIn(sums) * buckets.length > DIRECT_ROWS_MAX) {
    throw invalid('grain', `makes more than ${DIRECT_ROWS_MAX} rows; ask for a coarser one`);
  }
  const rows = seriesOf(buckets, sums).map(
    ({ bucket, amountMinor, completedMinor, group, ...rest }): Row => ({
      bucket: bucket.key,
      from: new Date(bucket.from).toISOString(),
      to: new Date(bucket.to).toISOString(),
      group: groupBy === undefined ? null : group,
      amount: toJsonAmount(amountMinor),
      completedAmount: toJsonAmount(completedMinor),
      ...rest,
    }),
  );
  return { name: 'time-series', asked, period, rows, columns: COLUMNS };
}

const COLUMNS = [
  'bucket',
  'from',
  'to',
  'group',
  'currency',
  'payments',
  'amount',
  'completed',
  'completedAmount',
  'failed',
  'returned',
  'successRate',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: Asked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** Payments over time; buckets in which nothing was made stand there with zeros. */
export const getTimeSeries = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postTimeSeries = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
