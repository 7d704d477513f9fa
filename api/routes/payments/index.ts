import type { RouteApp } from '../../http/endpoint.ts';
import { cancelPaymentRoute } from './cancel.ts';
import { getPayment } from './get.ts';
import { listPaymentsRoute } from './list.ts';
import { reissuePaymentRoute } from './reissue.ts';
import { resolvePaymentRoute } from './resolve.ts';
import { retryPayment } from './retry.ts';
import { reversePaymentRoute } from './reverse.ts';
import { explainPayment } from './why.ts';

export const PAYMENT_ROUTES: readonly RouteApp[] = [
  listPaymentsRoute,
  getPayment,
  explainPayment,
  retryPayment,
  cancelPaymentRoute,
  reissuePaymentRoute,
  reversePaymentRoute,
  resolvePaymentRoute,
];
