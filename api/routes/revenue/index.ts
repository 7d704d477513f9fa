import type { RouteApp } from '../../http/endpoint.ts';
import { calculateSplit } from './calculate.ts';
import { getPayout } from './get-payout.ts';
import { getSplitModel } from './get-split-model.ts';
import { listPayouts } from './list-payouts.ts';
import { listRefundsRoute } from './list-refunds.ts';
import { listSplitModelsRoute } from './list-split-models.ts';
import { refundRoute } from './refund.ts';
import { schedulePayoutsRoute } from './schedule-payouts.ts';
import { storeSplitModelRoute } from './store-split-model.ts';

export const REVENUE_ROUTES: readonly RouteApp[] = [
  storeSplitModelRoute,
  getSplitModel,
  listSplitModelsRoute,
  calculateSplit,
  schedulePayoutsRoute,
  listPayouts,
  getPayout,
  refundRoute,
  listRefundsRoute,
];
