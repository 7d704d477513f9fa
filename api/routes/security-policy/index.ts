import type { RouteApp } from '../../http/endpoint.ts';
import { getPolicyRoute } from './get.ts';
import { listRatesRoute } from './list-rates.ts';
import { setPolicyRoute } from './set.ts';
import { setRatesRoute } from './set-rates.ts';

export const SECURITY_POLICY_ROUTES: readonly RouteApp[] = [
  getPolicyRoute,
  setPolicyRoute,
  listRatesRoute,
  setRatesRoute,
];
