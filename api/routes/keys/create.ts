import { z } from '@hono/zod-openapi';
import { createApiKey } from '../../../db/queries/api-keys.ts';
import { DomainError } from '../../../domain/errors.ts';
import { roleLevel, ROLES, type Role } from '../../../domain/permissions.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { drawSecret } from '../../http/key-ring.ts';
import { instant, text, timeOrNull } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/admin/api-keys',
  tags: ['API keys'],
  summary: 'Make an API key; its secret is shown this once',
  'x-permission': 'settings',
  request: {
    body: jsonBody(
      z.strictObject({
        name: text(100),
        role: z.enum(ROLES),
        expiresAt: instant.optional().meta({ type: 'string' }),
      }),
    ),
  },
  responses: {
    201: json(
      'The key.',
      z.object({
        apiKey: z.object({
          id: z.string(),
          name: z.string(),
          prefix: z.string(),
          role: z.enum(ROLES),
          expiresAt: timeOrNull,
          key: z.string(),
        }),
      }),
    ),
  },
});

/** Makes a key. Only the highest role may make keys of its own role. */
export const createKey = newApp().openapi(route, async (c) => {
  const { name, role, expiresAt } = c.req.valid('json');
  assertGrantable(c.var.caller.role, role);
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new DomainError('validation_error', 'expiresAt lies in the past.', [
      { path: 'expiresAt', reason: 'must be in the future' },
    ]);
  }
  const id = c.var.newId('apiKey');
  const { secret, prefix, secretHash } = drawSecret();
  await createApiKey(c.var.deps.db, { id, name, prefix, secretHash, role, expiresAt }, actorOf(c));
  const key = { id, name, prefix, role, expiresAt: expiresAt?.toISOString() ?? null, key: secret };
  return c.json({ apiKey: key }, 201);
});

function assertGrantable(own: Role, granted: Role): void {
  if (own === 'super_admin' || roleLevel(granted) < roleLevel(own)) return;
  throw new DomainError('forbidden', 'A key may only be made of a role below your own.');
}
