import { z } from '@hono/zod-openapi';
import { findApiKeyById } from '../../../db/queries/api-keys.ts';
import { rotateApiKey } from '../../../db/queries/change-api-keys.ts';
import { DomainError } from '../../../domain/errors.ts';
import { auditDenial } from '../../http/auth.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { drawSecret } from '../../http/key-ring.ts';
import { notFound } from '../../http/problems.ts';
import { assertAhead, assertMayGive, ownerOfNewKey } from '../../key-rights.ts';
import { newApiKeyOut, toApiKey } from '../../schemas/api-key.ts';
import { idParams, instant } from '../../schemas/common.ts';

const OVERLAP_SECONDS_DEFAULT = 86_400;
const OVERLAP_SECONDS_MAX = 30 * 86_400;

const route = endpoint({
  method: 'post',
  path: '/api/admin/api-keys/{id}/rotate',
  tags: ['API keys'],
  summary: 'Give a key a new secret, shown this once; the old one works until the overlap ends',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    params: idParams('apiKey'),
    body: optionalJsonBody(
      z.strictObject({
        overlapSeconds: z.int().min(0).max(OVERLAP_SECONDS_MAX).default(OVERLAP_SECONDS_DEFAULT),
        expiresAt: instant.optional().meta({
          type: 'string',
          description: 'When the new one ends; as the old one if left out.',
        }),
      }),
    ),
  },
  responses: { 201: json('The new key.', z.object({ apiKey: newApiKeyOut })) },
});

/**
 * Puts a key with the same rights in the place of one that works. Nobody gets the secret of a key that
 * belongs to somebody else, or more rights than their own.
 */
export const rotateKey = newApp().openapi(route, async (c) => {
  const { overlapSeconds, expiresAt } = c.req.valid('json');
  const { id: oldId } = c.req.valid('param');
  const { db, keys } = c.var.deps;
  assertAhead(expiresAt);
  const old = await findApiKeyById(db, oldId);
  if (!old) throw notFound('API key');
  await assertMayGive(c, old);
  if ((await ownerOfNewKey(c)) !== old.owner) {
    await auditDenial(c, { permission: 'settings', reason: 'key_of_somebody_else', keyId: oldId });
    throw new DomainError(
      'forbidden',
      'A key is rotated by its owner, or with a key of the same owner; make one of your own.',
    );
  }
  const { secret, ...drawn } = drawSecret();
  const rotation = { oldId, id: c.var.newId('apiKey'), ...drawn, overlapSeconds, expiresAt };
  const row = await rotateApiKey(db, rotation, actorOf(c));
  keys.forget();
  if (!row) {
    throw new DomainError('invalid_state', 'This key does not work any more, or was rotated.');
  }
  return c.json({ apiKey: { ...toApiKey(row), key: secret } }, 201);
});
