import { z } from '@hono/zod-openapi';
import { findEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { endpointOut, toEndpoint } from '../../schemas/webhook-endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/webhook-endpoints/{id}',
  tags: ['Webhook endpoints'],
  summary: 'One endpoint, without its secret',
  'x-permission': 'view',
  request: { params: idParams('endpoint') },
  responses: {
    200: json('The endpoint.', z.object({ endpoint: endpointOut })),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** One endpoint. */
export const getWebhookEndpoint = newApp().openapi(route, async (c) => {
  const row = await findEndpoint(c.var.deps.db, c.req.valid('param').id);
  return c.json({ endpoint: toEndpoint(row) }, 200);
});
