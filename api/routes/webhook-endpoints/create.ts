import { z } from '@hono/zod-openapi';
import { createEndpoint } from '../../../db/queries/webhook-endpoints.ts';
import { drawEndpointSecret } from '../../endpoint-secret.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import {
  endpointFields,
  endpointOut,
  secretOut,
  toEndpoint,
} from '../../schemas/webhook-endpoint.ts';
import { assertTarget } from './check-url.ts';

const { url, eventTypes, description } = endpointFields;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/webhook-endpoints',
  tags: ['Webhook endpoints'],
  summary: 'Register an endpoint for events; its secret is shown this once',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    body: jsonBody(
      z.strictObject({
        url,
        eventTypes: eventTypes.default([]),
        description: description.optional(),
      }),
    ),
  },
  responses: {
    201: json('The endpoint.', z.object({ endpoint: endpointOut, secret: secretOut })),
    409: json('There are as many as there may be.', z.unknown()),
  },
});

/** Registers an endpoint. No answer is kept under an idempotency key, since this one holds the secret. */
export const createWebhookEndpoint = newApp().openapi(route, async (c) => {
  const { description = null, ...given } = c.req.valid('json');
  await assertTarget(c, given.url);
  const { db, vault } = c.var.deps;
  const id = c.var.newId('endpoint');
  const secret = drawEndpointSecret();
  const secretSealed = vault.seal(id, secret);
  const row = await createEndpoint(db, { id, ...given, description, secretSealed }, actorOf(c));
  return c.json({ endpoint: toEndpoint(row), secret }, 201);
});
