import type { RouteApp } from '../../http/endpoint.ts';
import { createQuickPayments } from './create.ts';

export const QUICK_PAYMENT_ROUTES: readonly RouteApp[] = [createQuickPayments];
