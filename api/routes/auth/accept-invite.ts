import { z } from '@hono/zod-openapi';
import { findCredential, setPassword } from '../../../db/queries/user-credentials.ts';
import { invitedUser } from '../../../db/queries/user-invites.ts';
import { DomainError } from '../../../domain/errors.ts';
import { inviteName } from '../../auth/invite.ts';
import { assertChoosable } from '../../auth/new-password.ts';
import { actorNamed } from '../../auth/session.ts';
import { refuseForeignOrigin } from '../../http/csrf.ts';
import { endpoint, json, jsonBody, newApp, refusal } from '../../http/endpoint.ts';
import { newPassword } from '../../schemas/session.ts';

const route = endpoint({
  method: 'post',
  path: '/api/auth/accept-invite',
  tags: ['Sign-in'],
  summary: 'Set a password with an invitation; all sessions of the person end',
  'x-permission': 'public',
  request: {
    body: jsonBody(z.strictObject({ token: z.string().min(1).max(100), password: newPassword })),
  },
  responses: {
    200: json('Set; sign in with it.', z.object({ email: z.string() })),
    401: refusal('The invitation is unknown, used, replaced or older than a day.'),
    403: refusal('From a page of another origin.'),
  },
});

/** Sets the password of the person who was invited. An invitation works once. */
export const acceptInvite = newApp().openapi(route, async (c) => {
  refuseForeignOrigin(c);
  const { token, password } = c.req.valid('json');
  const { db, auth } = c.var.deps;
  const name = inviteName(token);
  const userId = invitedUser((await auth.store.find(name)) ?? '');
  const person = userId === null ? null : await findCredential(db, userId);
  if (!person) throw over();
  assertChoosable('password', password, person);
  const hash = await auth.passwords.hash(password);
  if ((await auth.store.take(name)) === null) throw over();
  const identityId = c.var.newId('identity');
  const change = { userId: person.id, hash, identityId, keepSession: null, from: null };
  if (!(await setPassword(db, change, actorNamed(c, person.id)))) throw over();
  auth.sessions.forget();
  return c.json({ email: person.email }, 200);
});

const over = (): DomainError =>
  new DomainError(
    'unauthorized',
    'This invitation is unknown, used or older than a day; ask for a new one.',
  );
