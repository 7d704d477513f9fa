import type { RouteApp } from '../../http/endpoint.ts';
import { getWebhookEvent } from './get.ts';
import { listWebhookEvents } from './list.ts';
import { receiveWebhook } from './receive.ts';
import { replayWebhookEvent } from './replay.ts';

export const WEBHOOK_ROUTES: readonly RouteApp[] = [
  receiveWebhook,
  listWebhookEvents,
  getWebhookEvent,
  replayWebhookEvent,
];
