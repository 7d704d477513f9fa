import type { RouteApp } from '../../http/endpoint.ts';
import { getHealth } from './health.ts';
import { getHealthz } from './healthz.ts';
import { getMetrics } from './metrics.ts';
import { getReadyz } from './readyz.ts';
import { getVerify } from './verify.ts';

export const SERVICE_ROUTES: readonly RouteApp[] = [
  getHealthz,
  getReadyz,
  getMetrics,
  getHealth,
  getVerify,
];
