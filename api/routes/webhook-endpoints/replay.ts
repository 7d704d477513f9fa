import { z } from '@hono/zod-openapi';
import { replayDeliveries } from '../../../db/queries/event-deliveries.ts';
import { findEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { BULK_ITEMS_MAX } from '../../../domain/limits.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idOf, idParams, instant } from '../../schemas/common.ts';

const order = z.union([
  z.strictObject({ eventIds: z.array(idOf('event')).min(1).max(BULK_ITEMS_MAX) }),
  z.strictObject({ from: instant.meta({ type: 'string' }), to: instant.meta({ type: 'string' }) }),
  z.strictObject({ failed: z.literal(true) }),
]);

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/webhook-endpoints/{id}/replay',
  tags: ['Webhook endpoints'],
  summary: 'Deliver events to this endpoint again: some, those of a time, or all that failed',
  'x-permission': 'settings',
  'x-step-up': true,
  'x-idempotent': true,
  request: { params: idParams('endpoint'), body: jsonBody(order) },
  responses: {
    200: json('They are due now.', z.object({ replayed: z.int() })),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** Makes deliveries due again, whatever became of them. A disabled endpoint gets them once it is enabled. */
export const replayEndpointEvents = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, temporal } = c.var.deps;
  await findEndpoint(db, id);
  const replayed = await replayDeliveries(db, id, c.req.valid('json'), actorOf(c));
  if (replayed > 0) temporal.deliverEvents([id], c.var.log);
  return c.json({ replayed }, 200);
});
