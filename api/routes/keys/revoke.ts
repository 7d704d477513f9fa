import { z } from '@hono/zod-openapi';
import { revokeApiKey } from '../../../db/queries/change-api-keys.ts';
import { DomainError } from '../../../domain/errors.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { apiKeyOut, toApiKey } from '../../schemas/api-key.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/admin/api-keys/{id}',
  tags: ['API keys'],
  summary: 'Revoke an API key; it stops working within a second',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: idParams('apiKey') },
  responses: { 200: json('The revoked key.', z.object({ apiKey: apiKeyOut })) },
});

/** Revokes a key; again is the same. The last key of the highest role stays. */
export const revokeKey = newApp().openapi(route, async (c) => {
  const row = await revokeApiKey(c.var.deps.db, c.req.valid('param').id, actorOf(c));
  c.var.deps.keys.forget();
  if (!row) throw notFound('API key');
  if (!row.revokedAt) {
    throw new DomainError(
      'invalid_state',
      'This is the last working super_admin key; make another one first.',
    );
  }
  return c.json({ apiKey: toApiKey(row) }, 200);
});
