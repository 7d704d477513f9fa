import type { RouteApp } from '../../http/endpoint.ts';
import { createCommissions } from './create.ts';

export const COMMISSION_ROUTES: readonly RouteApp[] = [createCommissions];
