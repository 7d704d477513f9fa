import { z } from '@hono/zod-openapi';
import { endSession, listSessions } from '../../../db/queries/user-sessions.ts';
import { SESSION_COOKIE } from '../../auth/session-cookie.ts';
import { personOf, takeCookie } from '../../auth/session.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { IDLE_MS } from '../../http/session-ring.ts';
import { idParams, iso, timeOut } from '../../schemas/common.ts';

const sessionRow = z.object({
  id: z.string(),
  current: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: timeOut,
  lastUsedAt: timeOut,
  expiresAt: timeOut,
});

const list = endpoint({
  method: 'get',
  path: '/api/auth/sessions',
  tags: ['Sign-in'],
  summary: 'Where you are signed in',
  'x-permission': 'view',
  responses: {
    200: json('Your sessions.', z.object({ sessions: z.array(sessionRow) })),
    409: json('Keys and tokens have none (`invalid_state`).', z.unknown()),
  },
});

/** The caller's own sessions. */
export const listOwnSessions = newApp().openapi(list, async (c) => {
  const person = personOf(c);
  const rows = await listSessions(c.var.deps.db, person.id, IDLE_MS);
  const sessions = rows.map((row) => ({
    id: row.id,
    current: row.id === person.sessionId,
    ipAddress: row.ipAddress,
    userAgent: row.userAgent,
    createdAt: iso(row.createdAt),
    lastUsedAt: iso(row.updatedAt),
    expiresAt: iso(row.expiresAt),
  }));
  return c.json({ sessions }, 200);
});

const end = endpoint({
  method: 'delete',
  path: '/api/auth/sessions/{id}',
  tags: ['Sign-in'],
  summary: 'End one of your sessions; it stops working within a second',
  'x-permission': 'view',
  'x-step-up': true,
  request: { params: idParams('session') },
  responses: { 200: json('Ended.', z.object({ success: z.literal(true) })) },
});

/** Ends one of the caller's own sessions; another person's is not found. */
export const endOwnSession = newApp().openapi(end, async (c) => {
  const person = personOf(c);
  const { id } = c.req.valid('param');
  const ended = { id, userId: person.id, action: 'session.revoked' as const };
  if (!(await endSession(c.var.deps.db, ended, actorOf(c)))) throw notFound('session');
  c.var.deps.auth.sessions.forget();
  if (id === person.sessionId) takeCookie(c, SESSION_COOKIE);
  return c.json({ success: true as const }, 200);
});
