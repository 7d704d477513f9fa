import type { RouteApp } from '../../http/endpoint.ts';
import { listMailsRoute } from './list.ts';
import { retryMailRoute } from './retry.ts';

export const MAIL_ROUTES: readonly RouteApp[] = [listMailsRoute, retryMailRoute];
