import type { RouteApp } from '../../http/endpoint.ts';
import { listAudit } from './list.ts';

export const AUDIT_ROUTES: readonly RouteApp[] = [listAudit];
