import type { RouteApp } from '../../http/endpoint.ts';
import { acknowledgeAlertRoute } from './acknowledge.ts';
import { getAlertRoute } from './get.ts';
import { listAlertsRoute } from './list.ts';

export const ALERT_ROUTES: readonly RouteApp[] = [
  listAlertsRoute,
  getAlertRoute,
  acknowledgeAlertRoute,
];
