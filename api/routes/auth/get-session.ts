import { z } from '@hono/zod-openapi';
import { PERMISSIONS } from '../../../domain/permissions.ts';
import { heldSession } from '../../http/authenticate.ts';
import { callerHolds } from '../../http/caller.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { IDLE_MS } from '../../http/session-ring.ts';
import { FRESH_PROOF_MS } from '../../http/step-up.ts';
import { isoOrNull } from '../../schemas/common.ts';
import { sessionOut } from '../../schemas/session.ts';

const route = endpoint({
  method: 'get',
  path: '/api/auth/session',
  tags: ['Sign-in'],
  summary: 'Who calls, with which role and permissions, and until when',
  'x-permission': 'view',
  responses: { 200: json('The caller.', z.object({ session: sessionOut })) },
});

/** Who calls; keys and tokens too. */
export const getSession = newApp().openapi(route, async (c) => {
  const { caller } = c.var;
  const held = caller.kind === 'user' ? await heldSession(c) : null;
  const { kind, id, name, actor, role, sessionId, authenticatedAt } = caller;
  const freshUntil = authenticatedAt && new Date(authenticatedAt.getTime() + FRESH_PROOF_MS);
  const session = {
    kind,
    id,
    name,
    email: held?.user.email ?? null,
    actor,
    role,
    permissions: PERMISSIONS.filter((permission) => callerHolds(caller, permission)),
    sessionId,
    secondFactor: held?.user.twoFactorEnabled ?? null,
    authenticatedAt: isoOrNull(authenticatedAt),
    freshUntil: isoOrNull(freshUntil),
    expiresAt: isoOrNull(held?.session.expiresAt ?? null),
    idleSeconds: held && IDLE_MS / 1_000,
  };
  return c.json({ session }, 200);
});
