import { z } from '@hono/zod-openapi';
import { deleteEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { endpointOut, toEndpoint } from '../../schemas/webhook-endpoint.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/webhook-endpoints/{id}',
  tags: ['Webhook endpoints'],
  summary: 'Delete an endpoint; what waits for it is given up',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: idParams('endpoint') },
  responses: {
    200: json('The endpoint as it was.', z.object({ endpoint: endpointOut })),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** Deletes an endpoint; its deliveries stay in the tables. */
export const deleteWebhookEndpoint = newApp().openapi(route, async (c) => {
  const row = await deleteEndpoint(c.var.deps.db, c.req.valid('param').id, actorOf(c));
  return c.json({ endpoint: toEndpoint(row) }, 200);
});
