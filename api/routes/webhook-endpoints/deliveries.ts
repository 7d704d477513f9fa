import { z } from '@hono/zod-openapi';
import { listDeliveries } from '../../../db/queries/event-deliveries.ts';
import { findEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idParams } from '../../schemas/common.ts';
import {
  deliveredType,
  deliveryOut,
  deliveryState,
  toDelivery,
} from '../../schemas/webhook-endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/webhook-endpoints/{id}/deliveries',
  tags: ['Webhook endpoints'],
  summary: 'Events and what came of their delivery to this endpoint, newest first',
  'x-permission': 'view',
  request: {
    params: idParams('endpoint'),
    query: z.strictObject({
      status: deliveryState.optional(),
      type: deliveredType.optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ deliveries: z.array(deliveryOut), nextCursor: nextCursorField }),
    ),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** What was sent to an endpoint, and what came back. */
export const listEndpointDeliveries = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const { db } = c.var.deps;
  await findEndpoint(db, id);
  const found = await listDeliveries(db, id, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, ({ sequence }) => [sequence]);
  return c.json({ deliveries: rows.map(toDelivery), nextCursor }, 200);
});
