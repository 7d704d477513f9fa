import type { RouteApp } from '../../http/endpoint.ts';
import { createCommissions } from './create.ts';
import { explainCommission } from './why.ts';

export const COMMISSION_ROUTES: readonly RouteApp[] = [createCommissions, explainCommission];
