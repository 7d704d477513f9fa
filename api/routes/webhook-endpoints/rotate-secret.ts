import { z } from '@hono/zod-openapi';
import { rotateSecret } from '../../../db/queries/webhook-endpoints.ts';
import { drawEndpointSecret } from '../../endpoint-secret.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { endpointOut, secretOut, toEndpoint } from '../../schemas/webhook-endpoint.ts';

const OVERLAP_HOURS_MAX = 168;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/webhook-endpoints/{id}/rotate-secret',
  tags: ['Webhook endpoints'],
  summary:
    'Give an endpoint a new secret, shown this once; the old one signs beside it for a while',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('endpoint'),
    body: optionalJsonBody(
      z.strictObject({ overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX).default(24) }),
    ),
  },
  responses: {
    200: json('The new secret.', z.object({ endpoint: endpointOut, secret: secretOut })),
    404: json('No such endpoint.', z.unknown()),
  },
});

/** Rotates the secret. A call repeated after a lost answer rotates again: use what was answered last. */
export const rotateEndpointSecret = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { overlapHours } = c.req.valid('json');
  const { db, vault } = c.var.deps;
  const secret = drawEndpointSecret();
  const secretSealed = vault.seal(id, secret);
  const row = await rotateSecret(db, { id, secretSealed, overlapHours }, actorOf(c));
  return c.json({ endpoint: toEndpoint(row), secret }, 200);
});
