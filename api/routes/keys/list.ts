import { z } from '@hono/zod-openapi';
import { listApiKeys } from '../../../db/queries/api-keys.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { apiKeyOut, toApiKey } from '../../schemas/api-key.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/api-keys',
  tags: ['API keys'],
  summary: 'All API keys, newest first, without their secrets',
  'x-permission': 'settings',
  responses: { 200: json('The keys.', z.object({ apiKeys: z.array(apiKeyOut) })) },
});

/** The newest 1,000 keys, revoked ones included. */
export const listKeys = newApp().openapi(route, async (c) => {
  const rows = await listApiKeys(c.var.deps.db);
  return c.json({ apiKeys: rows.map(toApiKey) }, 200);
});
