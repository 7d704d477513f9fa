import type { RouteApp } from '../../http/endpoint.ts';
import { listWebhookEvents } from './list.ts';
import { receiveWebhook } from './receive.ts';
import { replayWebhookEvent } from './replay.ts';

export const WEBHOOK_ROUTES: readonly RouteApp[] = [
  receiveWebhook,
  listWebhookEvents,
  replayWebhookEvent,
];
