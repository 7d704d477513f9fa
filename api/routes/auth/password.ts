import { z } from '@hono/zod-openapi';
import { findCredential, setPassword } from '../../../db/queries/user-credentials.ts';
import { DomainError } from '../../../domain/errors.ts';
import { assertChoosable } from '../../auth/new-password.ts';
import { provePassword } from '../../auth/prove.ts';
import { personOf, refreshSession } from '../../auth/session.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { newPassword, typedPassword } from '../../schemas/session.ts';

const route = endpoint({
  method: 'post',
  path: '/api/auth/password',
  tags: ['Sign-in'],
  summary: 'Change your own password; your other sessions end',
  'x-permission': 'view',
  request: {
    body: jsonBody(z.strictObject({ currentPassword: typedPassword, newPassword })),
  },
  responses: { 200: json('Changed.', z.object({ success: z.literal(true) })) },
});

/** Changes the caller's password. */
export const changePassword = newApp().openapi(route, async (c) => {
  const body = c.req.valid('json');
  const { db, auth } = c.var.deps;
  const person = personOf(c);
  const credential = await findCredential(db, person.id);
  if (!credential || credential.password === null) {
    throw new DomainError(
      'invalid_state',
      'You sign in elsewhere and have no password here; an administrator can invite you to set one.',
    );
  }
  assertChoosable('newPassword', body.newPassword, credential);
  const method = await provePassword(c, credential, body.currentPassword);
  const change = {
    userId: person.id,
    hash: await auth.passwords.hash(body.newPassword),
    identityId: c.var.newId('identity'),
    keepSession: person.sessionId,
    from: credential.password,
  };
  if (!(await setPassword(db, change, actorOf(c)))) {
    throw new DomainError('invalid_state', 'The password has just been changed elsewhere.');
  }
  await refreshSession(c, person, method);
  return c.json({ success: true as const }, 200);
});
