import type { RouteApp } from '../../http/endpoint.ts';
import { createCalculation } from './create.ts';

export const CALCULATION_ROUTES: readonly RouteApp[] = [createCalculation];
