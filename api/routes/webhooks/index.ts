import type { RouteApp } from '../../http/endpoint.ts';
import { receiveWebhook } from './receive.ts';

export const WEBHOOK_ROUTES: readonly RouteApp[] = [receiveWebhook];
