import { z } from '@hono/zod-openapi';
import { findApiKeyById, type ApiKeyRow } from '../../../db/queries/api-keys.ts';
import { updateApiKey, type KeyChange } from '../../../db/queries/change-api-keys.ts';
import { DomainError } from '../../../domain/errors.ts';
import { permissionsOf } from '../../../domain/permissions.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { assertAhead } from '../../key-rights.ts';
import { apiKeyOut, cidrsIn, scopesIn, toApiKey } from '../../schemas/api-key.ts';
import { idParams, instant, line } from '../../schemas/common.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/admin/api-keys/{id}',
  tags: ['API keys'],
  summary: 'Rename a key, set its networks, take scopes away or let it end earlier',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('apiKey'),
    body: jsonBody(
      z
        .strictObject({
          name: line(100).optional(),
          cidrs: cidrsIn.optional(),
          scopes: scopesIn.optional(),
          expiresAt: instant.optional().meta({ type: 'string' }),
        })
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: { 200: json('The key.', z.object({ apiKey: apiKeyOut })) },
});

/** Changes a key; its rights only ever become fewer. */
export const updateKey = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const change = c.req.valid('json');
  const { db, keys } = c.var.deps;
  assertAhead(change.expiresAt);
  const seen = await findApiKeyById(db, id);
  if (!seen) throw notFound('API key');
  assertFewerRights(seen, change);
  const changed = await updateApiKey(db, { seen, change, actor: actorOf(c) });
  keys.forget();
  const row = await findApiKeyById(db, id);
  if (!changed || !row) {
    throw new DomainError(
      'invalid_state',
      'This key does not work, or was changed meanwhile, or it is the last super_admin key, which keeps its reach.',
    );
  }
  return c.json({ apiKey: toApiKey(row) }, 200);
});

function assertFewerRights(seen: ApiKeyRow, { scopes, expiresAt }: KeyChange): void {
  const held = seen.scopes ?? permissionsOf(seen.role);
  const added = scopes?.find((scope) => !held.includes(scope));
  if (added !== undefined) throw invalid('scopes', `the key does not hold ${added}`);
  if (expiresAt && seen.expiresAt && expiresAt > seen.expiresAt)
    throw invalid('expiresAt', 'must not be later than the key ends now');
}
