import { getCookie } from 'hono/cookie';
import { SESSION_COOKIE } from '../auth/session-cookie.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Caller } from './caller.ts';
import type { AppContext } from './context.ts';
import { refuseForeignChange } from './csrf.ts';
import type { WorkingSession } from './session-ring.ts';

const BEARER = /^Bearer +(\S+)$/i;
/** Three parts in base64url; keys hold no dot. */
const TOKEN_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Who calls: by an API key or a token in the header, else by the cookie of a session. Sets the
 * caller for audit rows. Throws `unauthorized` without working credentials, `csrf_refused` for a
 * change by cookie that another origin may have begun.
 */
export async function authenticate(c: AppContext): Promise<Caller> {
  const caller = await callerBy(c, true);
  if (!caller) {
    throw new DomainError(
      'unauthorized',
      'Send a working API key in the header "Authorization: Bearer <key>", or sign in.',
    );
  }
  if (caller.kind === 'user') {
    c.set('caller', caller);
    await refuseForeignChange(c);
  }
  return caller;
}

/**
 * Who the caller of an answer that goes on is by now; null where their credentials work no longer. This
 * is no use of them: a session that does nothing else still ends as an idle one.
 */
export const callerNow = (c: AppContext): Promise<Caller | null> => callerBy(c, false);

function callerBy(c: AppContext, use: boolean): Promise<Caller | null> {
  const header = c.req.header('authorization');
  return header === undefined ? byCookie(c, use) : byHeader(c, header, use);
}

async function byHeader(c: AppContext, header: string, use: boolean): Promise<Caller | null> {
  const secret = BEARER.exec(header)?.[1];
  if (secret === undefined) return null;
  if (TOKEN_SHAPE.test(secret)) return c.var.deps.auth.tokens?.callerOf(secret) ?? null;
  const row = await c.var.deps.keys.holderOf(secret, use);
  return (
    row && {
      kind: 'key',
      id: row.id,
      name: row.name,
      actor: `key:${row.id}`,
      role: row.role,
      scopes: row.scopes,
      cidrs: row.cidrs,
      sessionId: null,
      authenticatedAt: null,
    }
  );
}

async function byCookie(c: AppContext, use: boolean): Promise<Caller | null> {
  const held = await heldSession(c, use);
  return held && callerOfSession(held);
}

/** The person of a session, as who calls. */
export const callerOfSession = ({ session, user }: WorkingSession): Caller => ({
  kind: 'user',
  id: user.id,
  name: user.name,
  actor: `user:${user.id}`,
  role: user.role,
  scopes: null,
  cidrs: [],
  sessionId: session.id,
  authenticatedAt: session.authenticatedAt,
});

/** The working session whose cookie came with the call; null where none did. */
export async function heldSession(c: AppContext, use = true): Promise<WorkingSession | null> {
  const { signer, sessions } = c.var.deps.auth;
  const token = signer.read(SESSION_COOKIE, getCookie(c, SESSION_COOKIE));
  return token === null ? null : sessions.holderOf(token, use);
}
