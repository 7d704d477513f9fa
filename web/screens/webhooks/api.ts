import { hc } from 'hono/client';
import type { listAudit } from '../../../api/routes/audit/list.ts';
import type { createWebhookEndpoint } from '../../../api/routes/webhook-endpoints/create.ts';
import type { deleteWebhookEndpoint } from '../../../api/routes/webhook-endpoints/delete.ts';
import type { listEndpointDeliveries } from '../../../api/routes/webhook-endpoints/deliveries.ts';
import type { listWebhookEndpoints } from '../../../api/routes/webhook-endpoints/list.ts';
import type { replayEndpointEvents } from '../../../api/routes/webhook-endpoints/replay.ts';
import type { rotateEndpointSecret } from '../../../api/routes/webhook-endpoints/rotate-secret.ts';
import type { testWebhookEndpoint } from '../../../api/routes/webhook-endpoints/test.ts';
import type { updateWebhookEndpoint } from '../../../api/routes/webhook-endpoints/update.ts';
import type { getWebhookEvent } from '../../../api/routes/webhooks/get.ts';
import type { listWebhookEvents } from '../../../api/routes/webhooks/list.ts';
import type { replayWebhookEvent } from '../../../api/routes/webhooks/replay.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

/** Events of providers, as they came in. */
export const eventApi = hc<
  Group<
    typeof listWebhookEvents | typeof getWebhookEvent | typeof replayWebhookEvent | typeof listAudit
  >
>('/', clientOptions).api.disbursement;

/** Our own events, and where they go. */
export const endpointApi = hc<
  Group<
    | typeof createWebhookEndpoint
    | typeof listWebhookEndpoints
    | typeof updateWebhookEndpoint
    | typeof deleteWebhookEndpoint
    | typeof rotateEndpointSecret
    | typeof testWebhookEndpoint
    | typeof listEndpointDeliveries
    | typeof replayEndpointEvents
  >
>('/', clientOptions).api.disbursement['webhook-endpoints'];

const eventsApi = eventApi['webhook-events'];
export type StoredEvent = AnswerOf<typeof eventsApi.$get>['webhookEvents'][number];
export type Endpoint = AnswerOf<typeof endpointApi.$get>['endpoints'][number];
const oneEndpoint = endpointApi[':id'];
export type Delivery = AnswerOf<typeof oneEndpoint.deliveries.$get>['deliveries'][number];
