import { z } from '@hono/zod-openapi';
import { updateEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { endpointFields, endpointOut, toEndpoint } from '../../schemas/webhook-endpoint.ts';
import { assertTarget } from './check-url.ts';

const { url, eventTypes, description } = endpointFields;

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/webhook-endpoints/{id}',
  tags: ['Webhook endpoints'],
  summary: 'Change, disable or enable an endpoint',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('endpoint'),
    body: jsonBody(
      z
        .strictObject({
          url: url.optional(),
          eventTypes: eventTypes.optional(),
          description: description.nullable().optional(),
          enabled: z.boolean().optional().meta({
            description:
              'true: what waits is due at once; false: nothing is sent or written for it.',
          }),
        })
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json('The endpoint as it is now.', z.object({ endpoint: endpointOut })),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** Changes an endpoint. Another URL is judged as at the registration. */
export const updateWebhookEndpoint = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const change = c.req.valid('json');
  if (change.url !== undefined) await assertTarget(c, change.url);
  const { db, temporal } = c.var.deps;
  const row = await updateEndpoint(db, id, change, actorOf(c));
  if (change.enabled === true) temporal.deliverEvents([id], c.var.log);
  return c.json({ endpoint: toEndpoint(row) }, 200);
});
