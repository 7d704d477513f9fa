import type { RouteApp } from '../../http/endpoint.ts';
import { createReconciliation } from './create.ts';
import { getReconciliation } from './get.ts';
import { listReconciliations } from './list.ts';

export const RECONCILIATION_ROUTES: readonly RouteApp[] = [
  createReconciliation,
  listReconciliations,
  getReconciliation,
];
