import { z } from '@hono/zod-openapi';
import {
  AFFILIATE_SORTS,
  listAffiliateFigures,
  placeOf,
  type AffiliateFigures,
} from '../../../db/queries/report/affiliates.ts';
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { affiliateRates } from '../../../domain/report/affiliate.ts';
import { periodBefore } from '../../../domain/report/period.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { allowNames, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import {
  filterOf,
  periodOf,
  reportBody,
  reportQuery,
  type ReportAsked,
} from '../../report/asked.ts';
import { amountOut, isoOrNull, text, timeOrNull } from '../../schemas/common.ts';

const own = {
  q: text(200).optional().meta({ description: 'Part of a name, email address or external id.' }),
  sort: z.enum(AFFILIATE_SORTS).default('id').meta({
    description:
      'By `paid` or `earned` the largest of each currency come first, and those with nothing last, by their ids.',
  }),
  cursor: pageQuery.cursor,
};
const limitBody = z.int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS_DEFAULT);

const row = z
  .object({
    affiliateId: z.string(),
    externalId: z.string(),
    fullName: z.string(),
    currency: z.string(),
    earnedAmount: amountOut.meta({
      description:
        'Earned in the period and not reversed, less clawbacks, with the net of escrow shares.',
    }),
    paidAmount: amountOut.meta({ description: 'Settled in the period.' }),
    paidPayments: z.int(),
    averagePaidAmount: amountOut.nullable(),
    trendAmount: amountOut.meta({ description: 'Settled, less that of the period before.' }),
    pendingAmount: amountOut.meta({ description: 'Owed now: unpaid, and not matured yet.' }),
    conversions: z.int().meta({ description: 'Of the period, neither cancelled nor refunded.' }),
    conversionAmount: amountOut.meta({ description: 'Less what was refunded.' }),
    failureRate: z.number().nullable().meta({
      description: 'Failed of the payments made in the period that ended; null where none did.',
    }),
    lastPaidAt: timeOrNull.meta({ description: 'The last before the end of the period.' }),
  })
  .meta({ id: 'AffiliateReportRow' });
type Row = z.infer<typeof row>;

const plain = reportResponses(
  'A page, a row for each affiliate and currency; at least one for each affiliate.',
  row,
);
const spec = {
  path: '/api/disbursement/reports/affiliates',
  summary: 'What affiliates earned, were paid and are owed',
  'x-permission': 'view',
  responses: {
    ...plain,
    200: {
      ...plain[200],
      content: {
        ...plain[200].content,
        'application/json': {
          schema: plain[200].content['application/json'].schema.extend({
            nextCursor: nextCursorField,
          }),
        },
      },
    },
  },
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject({ ...reportQuery, ...own, limit: pageQuery.limit }) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(z.strictObject({ ...reportBody, ...own, limit: limitBody })) },
});

type Asked = ReportAsked & z.infer<z.ZodObject<typeof own>> & { limit: number };

const place = z
  .tuple([z.string(), z.string(), z.string()])
  .transform(([id, currency, key]) => ({ id, currency, key }));
/** Amounts are compared as numbers. */
const amountPlace = place.refine(({ key }) => /^-?\d{1,30}$/.test(key));

async function workOut(c: AppContext, asked: Asked) {
  const period = periodOf(asked);
  const filter = filterOf(asked);
  const { q, sort, limit } = asked;
  const isByAmount = sort === 'paid' || sort === 'earned';
  const after = readCursor(asked.cursor, isByAmount ? amountPlace : place);
  await allowNames(c, asked);
  const found = await listAffiliateFigures(
    c.var.deps.db,
    { period, before: periodBefore(period), filter, q },
    { sort, after, limit: limit + 1 },
  );
  const { rows, nextCursor } = pageOf(found, limit, (each) => {
    const { id, currency, key } = placeOf(each, sort);
    return [id, currency, key];
  });
  const worked = { name: 'affiliates', asked, period, rows: rows.map(toRow), columns: COLUMNS };
  return { worked, nextCursor };
}

function toRow(figures: AffiliateFigures): Row {
  const { failureRate, averagePaidMinor, trendMinor } = affiliateRates({
    paidMinor: figures.paid_minor,
    paidPayments: figures.paid_payments,
    paidBeforeMinor: figures.paid_before_minor,
    completed: figures.completed,
    failed: figures.failed,
    returned: figures.returned,
  });
  return {
    affiliateId: figures.id,
    externalId: figures.external_id,
    fullName: figures.full_name,
    currency: figures.currency,
    earnedAmount: toJsonAmount(figures.earned_minor),
    paidAmount: toJsonAmount(figures.paid_minor),
    paidPayments: figures.paid_payments,
    averagePaidAmount: averagePaidMinor === null ? null : toJsonAmount(averagePaidMinor),
    trendAmount: toJsonAmount(trendMinor),
    pendingAmount: toJsonAmount(figures.pending_minor),
    conversions: figures.conversions,
    conversionAmount: toJsonAmount(figures.conversion_minor),
    failureRate,
    lastPaidAt: isoOrNull(figures.last_paid_at),
  };
}

const COLUMNS = [
  'affiliateId',
  'externalId',
  'fullName',
  'currency',
  'earnedAmount',
  'paidAmount',
  'paidPayments',
  'averagePaidAmount',
  'trendAmount',
  'pendingAmount',
  'conversions',
  'conversionAmount',
  'failureRate',
  'lastPaidAt',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: Asked) {
  const { worked, nextCursor } = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked, { namesPeople: true });
  if (csv !== null) {
    const more: Record<string, string> =
      nextCursor === null ? {} : { 'x-report-next-cursor': nextCursor };
    return c.body(csv, 200, { ...csvHeaders(report), ...more });
  }
  return c.json({ report, rows: worked.rows, nextCursor }, 200);
}

/** Affiliates in pages; as CSV the header `x-report-next-cursor` names the page that follows. */
export const getAffiliateReport = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postAffiliateReport = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
