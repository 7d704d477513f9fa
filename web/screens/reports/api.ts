import { hc, type ClientResponse } from 'hono/client';
import type { listProgrammesRoute } from '../../../api/routes/programmes/list.ts';
import type { createExportRoute } from '../../../api/routes/exports/create.ts';
import type { deleteExportRoute } from '../../../api/routes/exports/delete.ts';
import type { listExportsRoute } from '../../../api/routes/exports/list.ts';
import type { getAffiliateReport } from '../../../api/routes/reports/affiliates.ts';
import type { getAging } from '../../../api/routes/reports/aging.ts';
import type { getFailures } from '../../../api/routes/reports/failures.ts';
import type { getFeesAndTax } from '../../../api/routes/reports/fees-and-tax.ts';
import type { getMethods } from '../../../api/routes/reports/methods.ts';
import type { getPayoutReport } from '../../../api/routes/reports/payout-report.ts';
import type { getReconciliationReport } from '../../../api/routes/reports/reconciliation.ts';
import type { getSummary } from '../../../api/routes/reports/summary.ts';
import type { getTimeSeries } from '../../../api/routes/reports/time-series.ts';
import { clientOptions, type Group } from '../../lib/api.ts';
import type { ReportQuery } from './asked.ts';
import type { ReportName } from './search.ts';

type ReportRoutes =
  | typeof getSummary
  | typeof getTimeSeries
  | typeof getAffiliateReport
  | typeof getMethods
  | typeof getFailures
  | typeof getAging
  | typeof getReconciliationReport
  | typeof getFeesAndTax
  | typeof getPayoutReport;

const { reports } = hc<Group<ReportRoutes>>('/', clientOptions).api.disbursement;

/** How a call can be broken off. */
interface Options {
  init: { signal: AbortSignal };
}

/** Each report by its name; which fields it knows, `queryOf` has seen to. */
export const REPORT_CALLS = {
  summary: (query: ReportQuery, options?: Options) => reports.summary.$get({ query }, options),
  'time-series': (query: ReportQuery, options?: Options) =>
    reports['time-series'].$get({ query }, options),
  affiliates: (query: ReportQuery, options?: Options) =>
    reports.affiliates.$get({ query }, options),
  methods: (query: ReportQuery, options?: Options) => reports.methods.$get({ query }, options),
  failures: (query: ReportQuery, options?: Options) => reports.failures.$get({ query }, options),
  aging: (query: ReportQuery, options?: Options) => reports.aging.$get({ query }, options),
  reconciliation: (query: ReportQuery, options?: Options) =>
    reports.reconciliation.$get({ query }, options),
  'fees-and-tax': (query: ReportQuery, options?: Options) =>
    reports['fees-and-tax'].$get({ query }, options),
  'payout-report': (query: ReportQuery, options?: Options) =>
    reports['payout-report'].$get({ query }, options),
} satisfies Record<ReportName, unknown>;

type BodyOf<Answer> =
  Answer extends ClientResponse<infer Body, infer _Status, infer _Format> ? Body : never;

/** What each report answers as JSON; the same routes answer CSV too. */
type Reports = {
  [Name in ReportName]: Extract<
    BodyOf<Awaited<ReturnType<(typeof REPORT_CALLS)[Name]>>>,
    { report: unknown; rows: readonly unknown[] }
  >;
};
export type Report<Name extends ReportName> = Reports[Name];
/** A row of it. */
export type RowOf<Name extends ReportName> = Reports[Name]['rows'][number];

/** Files that jobs make. */
export const exportsApi = hc<
  Group<typeof createExportRoute | typeof listExportsRoute | typeof deleteExportRoute>
>('/', clientOptions).api.disbursement.reports.exports;

export const programmesApi = hc<Group<typeof listProgrammesRoute>>('/', clientOptions).api
  .disbursement.programmes;
