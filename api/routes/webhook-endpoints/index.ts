import type { RouteApp } from '../../http/endpoint.ts';
import { createWebhookEndpoint } from './create.ts';
import { deleteWebhookEndpoint } from './delete.ts';
import { listEndpointDeliveries } from './deliveries.ts';
import { getWebhookEndpoint } from './get.ts';
import { listWebhookEndpoints } from './list.ts';
import { replayEndpointEvents } from './replay.ts';
import { rotateEndpointSecret } from './rotate-secret.ts';
import { testWebhookEndpoint } from './test.ts';
import { updateWebhookEndpoint } from './update.ts';

export const WEBHOOK_ENDPOINT_ROUTES: readonly RouteApp[] = [
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
  rotateEndpointSecret,
  testWebhookEndpoint,
  listEndpointDeliveries,
  replayEndpointEvents,
];
