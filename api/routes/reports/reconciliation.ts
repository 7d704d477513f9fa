import { z } from '@hono/zod-openapi';
import {
  readReconciledDays,
  type ReconciledDay,
} from '../../../db/queries/report/reconciled-days.ts';
import { addDays } from '../../../domain/calendar/days.ts';
import { localAt } from '../../../domain/calendar/local-time.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import { periodOf, reportQuery, type ReportAsked } from '../../report/asked.ts';
import { amountOut, iso, timeOut } from '../../schemas/common.ts';

const row = z
  .object({
    day: z.string().meta({ description: 'In UTC, as providers list it.' }),
    provider: z.string(),
    currency: z
      .string()
      .nullable()
      .meta({ description: 'Null where nothing was compared and no case opened.' }),
    matched: z.int(),
    missingThere: z
      .int()
      .meta({ description: 'Sent by our books; the provider does not have it.' }),
    missingHere: z.int().meta({ description: 'Listed by the provider, and not ours.' }),
    amountDiffers: z.int(),
    statusDiffers: z.int(),
    unknown: z.int().meta({ description: 'In doubt or under way when it was compared.' }),
    notCreated: z
      .int()
      .meta({ description: 'Failed here before the provider made anything of it.' }),
    ourAmount: amountOut.meta({ description: 'All that was compared, by our books.' }),
    theirAmount: amountOut.meta({ description: "All that was compared, by the provider's list." }),
    openCases: z.int(),
    resolvedCases: z.int(),
    runs: z.int().meta({ description: 'How often the day was reconciled, in all currencies.' }),
    lastStatus: z.enum(['RUNNING', 'DONE', 'FAILED']),
    lastRunAt: timeOut,
  })
  .meta({ id: 'ReconciliationReportRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/reconciliation',
  summary: "Our books against the providers', day by day",
  'x-permission': 'view',
  responses: reportResponses('Rows by day, provider and currency.', row),
} as const;

const { from, to, zone, currency, provider, format } = reportQuery;
const asked = z.strictObject({ from, to, zone, currency, provider, format });

const get = endpoint({ method: 'get', tags: ['Reports'], ...spec, request: { query: asked } });
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(asked) },
});

async function workOut(c: AppContext, given: ReportAsked) {
  const period = periodOf(given);
  await allowFormat(c, given);
  const days = await readReconciledDays(c.var.deps.db, {
    // The days that the clocks of the zone show, by their names: providers' days have no zone but UTC.
    from: localAt(period.from, period.zone).day,
    before: addDays(localAt(period.to - 1, period.zone).day, 1),
    provider: given.provider,
    currency: given.currency,
  });
  return { name: 'reconciliation', asked: given, period, rows: days.map(toRow), columns: COLUMNS };
}

const toRow = (day: ReconciledDay): Row => ({
  day: day.day,
  provider: day.provider,
  currency: day.currency,
  matched: day.matched,
  missingThere: day.missing_there,
  missingHere: day.missing_here,
  amountDiffers: day.amount_differs,
  statusDiffers: day.status_differs,
  unknown: day.open,
  notCreated: day.not_created,
  ourAmount: toJsonAmount(day.ours_minor),
  theirAmount: toJsonAmount(day.theirs_minor),
  openCases: day.open_cases,
  resolvedCases: day.resolved_cases,
  runs: day.runs,
  lastStatus: day.last_status,
  lastRunAt: iso(day.last_run_at),
});

const COLUMNS = [
  'day',
  'provider',
  'currency',
  'matched',
  'missingThere',
  'missingHere',
  'amountDiffers',
  'statusDiffers',
  'unknown',
  'notCreated',
  'ourAmount',
  'theirAmount',
  'openCases',
  'resolvedCases',
  'runs',
  'lastStatus',
  'lastRunAt',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, given: ReportAsked) {
  const worked = await workOut(c, given);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** Each day by the last finished run of it; without the names of transfers, which the cases have. */
export const getReconciliationReport = newApp().openapi(get, (c) =>
  answer(c, c.req.valid('query')),
);
export const postReconciliationReport = newApp().openapi(post, (c) =>
  answer(c, c.req.valid('json')),
);
