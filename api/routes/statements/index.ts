import type { RouteApp } from '../../http/endpoint.ts';
import { getPayoutStatement } from './get-payout.ts';
import { getYearStatement } from './get-year.ts';
import { listStatementsRoute } from './list.ts';

export const STATEMENT_ROUTES: readonly RouteApp[] = [
  listStatementsRoute,
  getYearStatement,
  getPayoutStatement,
];
