import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { generateRandomString } from 'better-auth/crypto';
import type { Actor } from '../../db/queries/actor.ts';
import { beginSession, renewSession, type ProofMethod } from '../../db/queries/user-sessions.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Caller } from '../http/caller.ts';
import { actorOf, anonymousOf, type AppContext } from '../http/context.ts';
import { ABSOLUTE_MS } from '../http/session-ring.ts';
import { judgedOf, observeAction } from '../risk-guard.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

const TOKEN_LENGTH = 43;

/** A token of more than 250 random bits. */
export const drawToken = (): string => generateRandomString(TOKEN_LENGTH);

/** A person who is signed in, with their session. */
export interface SignedIn extends Caller {
  kind: 'user';
  sessionId: string;
  authenticatedAt: Date;
}

/** The person who calls. Throws `invalid_state` for keys and tokens, which have no session. */
export function personOf(c: AppContext): SignedIn {
  const { kind, sessionId, authenticatedAt, ...rest } = c.var.caller;
  if (kind === 'user' && sessionId !== null && authenticatedAt !== null)
    return { ...rest, kind, sessionId, authenticatedAt };
  throw new DomainError(
    'invalid_state',
    'Only a person who is signed in may do this; keys and tokens have no session.',
  );
}

/** Somebody by their id, who has not become the caller of this call. */
export const actorNamed = (c: AppContext, userId: string): Actor => ({
  ...anonymousOf(c),
  id: `user:${userId}`,
});

/**
 * Signs a person in: a new session under a new token, whatever cookie came with the call; the
 * session of that cookie ends. Throws `forbidden` where they may not sign in by now.
 */
export async function startSession(
  c: AppContext,
  userId: string,
  method: ProofMethod,
  provedAt: Date | null = null,
): Promise<void> {
  const { db, auth } = c.var.deps;
  const token = drawToken();
  const replaces = auth.signer.read(SESSION_COOKIE, getCookie(c, SESSION_COOKIE));
  const id = c.var.newId('session');
  const session = { id, token, userId, method, lifeMs: ABSOLUTE_MS, replaces, provedAt };
  if (!(await beginSession(db, session, anonymousOf(c)))) {
    throw new DomainError('forbidden', 'This account cannot sign in; ask an administrator.');
  }
  const actor = actorNamed(c, userId);
  await observeAction(db, c.var.log, { ...judgedOf(actor), kind: 'sign_in_succeeded' });
  auth.sessions.forget();
  giveCookie(c, SESSION_COOKIE, token, ABSOLUTE_MS);
}

/** The caller has proved again who they are: their session goes on under a new token. */
export async function refreshSession(
  c: AppContext,
  person: SignedIn,
  method: ProofMethod,
): Promise<void> {
  const { db, auth } = c.var.deps;
  const token = drawToken();
  const renewed = await renewSession(db, { id: person.sessionId, token, method }, actorOf(c));
  auth.sessions.forget();
  if (!renewed) throw new DomainError('unauthorized', 'This session has ended; sign in again.');
  giveCookie(c, SESSION_COOKIE, token, ABSOLUTE_MS);
}

/** Sets one of our cookies, signed. */
export function giveCookie(c: AppContext, name: string, token: string, lifeMs: number): void {
  setCookie(c, name, c.var.deps.auth.signer.sign(name, token), {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: Math.floor(lifeMs / 1_000),
  });
}

/** What one of our cookies carries; null where none came, or one that we did not sign. */
export const cookieToken = (c: AppContext, name: string): string | null =>
  c.var.deps.auth.signer.read(name, getCookie(c, name));

/** Takes one of our cookies back. */
export const takeCookie = (c: AppContext, name: string): void => {
  deleteCookie(c, name, { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' });
};
