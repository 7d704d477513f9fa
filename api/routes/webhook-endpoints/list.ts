import { z } from '@hono/zod-openapi';
import { listEndpoints } from '../../../db/queries/webhook-endpoints.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { endpointOut, toEndpoint } from '../../schemas/webhook-endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/webhook-endpoints',
  tags: ['Webhook endpoints'],
  summary: 'All endpoints, newest first, without their secrets',
  'x-permission': 'view',
  responses: { 200: json('The endpoints.', z.object({ endpoints: z.array(endpointOut) })) },
});

/** Every endpoint that was not deleted; there are at most 20. */
export const listWebhookEndpoints = newApp().openapi(route, async (c) => {
  const rows = await listEndpoints(c.var.deps.db);
  return c.json({ endpoints: rows.map(toEndpoint) }, 200);
});
