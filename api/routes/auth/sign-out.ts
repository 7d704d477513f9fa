import { z } from '@hono/zod-openapi';
import { endSession } from '../../../db/queries/user-sessions.ts';
import { SESSION_COOKIE } from '../../auth/session-cookie.ts';
import { actorNamed, takeCookie } from '../../auth/session.ts';
import { callerOfSession, heldSession } from '../../http/authenticate.ts';
import { refuseForeignChange } from '../../http/csrf.ts';
import { endpoint, json, newApp, refusal } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'post',
  path: '/api/auth/sign-out',
  tags: ['Sign-in'],
  summary: 'End the session of the cookie; again is the same',
  'x-permission': 'public',
  responses: {
    200: json('Signed out.', z.object({ success: z.literal(true) })),
    403: refusal('From a page of another origin.'),
  },
});

/** Ends the session where one came with the call, and takes the cookie back. */
export const signOut = newApp().openapi(route, async (c) => {
  const { db, auth } = c.var.deps;
  const held = await heldSession(c);
  if (held) {
    c.set('caller', callerOfSession(held));
    await refuseForeignChange(c);
    const { id, userId } = held.session;
    await endSession(db, { id, userId, action: 'sign_out' }, actorNamed(c, userId));
    auth.sessions.forget();
  }
  takeCookie(c, SESSION_COOKIE);
  return c.json({ success: true as const }, 200);
});
