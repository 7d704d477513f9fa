import type { RouteApp } from '../../http/endpoint.ts';
import { assignRisk } from './assign.ts';
import { getRisk } from './get.ts';
import { listRisks } from './list.ts';
import { resolveRisk } from './resolve.ts';

export const RISK_ROUTES: readonly RouteApp[] = [listRisks, getRisk, assignRisk, resolveRisk];
