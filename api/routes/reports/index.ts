import type { RouteApp } from '../../http/endpoint.ts';
import { getAffiliateReport, postAffiliateReport } from './affiliates.ts';
import { getAging, postAging } from './aging.ts';
import { getFailures, postFailures } from './failures.ts';
import { getFeesAndTax, postFeesAndTax } from './fees-and-tax.ts';
import { getMethods, postMethods } from './methods.ts';
import { getPayoutReport, postPayoutReport } from './payout-report.ts';
import { getReconciliationReport, postReconciliationReport } from './reconciliation.ts';
import { getSummary, postSummary } from './summary.ts';
import { getTimeSeries, postTimeSeries } from './time-series.ts';

export const REPORT_ROUTES: readonly RouteApp[] = [
  getSummary,
  postSummary,
  getTimeSeries,
  postTimeSeries,
  getAffiliateReport,
  postAffiliateReport,
  getMethods,
  postMethods,
  getFailures,
  postFailures,
  getAging,
  postAging,
  getReconciliationReport,
  postReconciliationReport,
  getFeesAndTax,
  postFeesAndTax,
  getPayoutReport,
  postPayoutReport,
];
