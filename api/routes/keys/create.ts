import { z } from '@hono/zod-openapi';
import { createApiKey, findApiKeyById } from '../../../db/queries/api-keys.ts';
import { roleHolds, ROLES } from '../../../domain/permissions.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { drawSecret } from '../../http/key-ring.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { assertAhead, assertMayGive, ownerOfNewKey } from '../../key-rights.ts';
import { cidrsIn, newApiKeyOut, scopesIn, toApiKey } from '../../schemas/api-key.ts';
import { instant, line } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/api-keys',
  tags: ['API keys'],
  summary: 'Make an API key; its secret is shown this once',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    body: jsonBody(
      z.strictObject({
        name: line(100),
        role: z.enum(ROLES),
        scopes: scopesIn.optional(),
        cidrs: cidrsIn.optional(),
        expiresAt: instant.optional().meta({ type: 'string' }),
      }),
    ),
  },
  responses: { 201: json('The key.', z.object({ apiKey: newApiKeyOut })) },
});

/** Makes a key. Only the highest role may make keys of its own role. */
export const createKey = newApp().openapi(route, async (c) => {
  const { name, role, scopes = null, cidrs, expiresAt } = c.req.valid('json');
  assertAhead(expiresAt);
  const lacking = scopes?.find((scope) => !roleHolds(role, scope));
  if (lacking !== undefined) throw invalid('scopes', `the role ${role} does not hold ${lacking}`);
  await assertMayGive(c, { role, scopes });
  const owner = await ownerOfNewKey(c);
  const id = c.var.newId('apiKey');
  const { db } = c.var.deps;
  const { secret, prefix, secretHash } = drawSecret();
  const rights = { role, scopes, ...(cidrs && { cidrs }), owner, expiresAt };
  await createApiKey(db, { id, name, prefix, secretHash, ...rights }, actorOf(c));
  const row = await findApiKeyById(db, id);
  if (!row) throw notFound('API key');
  return c.json({ apiKey: { ...toApiKey(row), key: secret } }, 201);
});
