import { z } from '@hono/zod-openapi';
import { createTestEvent } from '../../../db/queries/event-deliveries.ts';
import { findEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/webhook-endpoints/{id}/test',
  tags: ['Webhook endpoints'],
  summary: 'Send the event `payout.test` to this endpoint alone',
  'x-permission': 'settings',
  'x-step-up': true,
  'x-idempotent': true,
  request: {
    params: idParams('endpoint'),
    body: optionalJsonBody(z.strictObject({})),
  },
  responses: {
    202: json('It is on its way; look at the deliveries.', z.object({ eventId: z.string() })),
    404: json('No such endpoint.', z.unknown()),
    409: json('The endpoint is disabled.', z.unknown()),
  },
});

/** Writes a test event and has it delivered. */
export const testWebhookEndpoint = newApp().openapi(route, async (c) => {
  const { id: endpointId } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  await findEndpoint(db, endpointId);
  const eventId = c.var.newId('event');
  await createTestEvent(db, { endpointId, eventId }, actorOf(c));
  temporal.deliverEvents([endpointId], c.var.log);
  return c.json({ eventId }, 202);
});
