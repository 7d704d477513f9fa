import { z } from '@hono/zod-openapi';
import { findCredential, findCredentialByEmail } from '../../../db/queries/user-credentials.ts';
import { DomainError } from '../../../domain/errors.ts';
import type { Identity, Oidc } from '../../auth/oidc.ts';
import { OIDC_COOKIE } from '../../auth/session-cookie.ts';
import { cookieToken, giveCookie, takeCookie } from '../../auth/session.ts';
import { noteFailure } from '../../auth/prove.ts';
import { admit } from '../../auth/sign-in.ts';
import { heldSession } from '../../http/authenticate.ts';
import { clientAddress, type AppContext } from '../../http/context.ts';
import { refuseForeignOrigin } from '../../http/csrf.ts';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';

const UNDER_WAY_MS = 10 * 60_000;
/** A path of our own, never another host. */
const OWN_PATH = /^\/(?![/\\])[\x21-\x7e]{0,500}$/;

const start = endpoint({
  method: 'get',
  path: '/api/auth/oidc/start',
  tags: ['Sign-in'],
  summary: 'Go to the provider of sign-ins',
  'x-permission': 'public',
  request: {
    query: z.strictObject({
      returnTo: z.string().regex(OWN_PATH, 'must be a path of this site').default('/'),
    }),
  },
  responses: {
    302: { description: 'To the provider.' },
    403: refusal('A page of another site sent the browser here.'),
    404: refusal('No provider of sign-ins is set up.'),
  },
});

/** Begins a sign-in elsewhere. Who is signed in is asked there again, as a fresh proof. */
export const startOidc = newApp().openapi(start, async (c) => {
  const oidc = providerOf(c);
  refuseForeignOrigin(c);
  await c.var.deps.limits.oidcStarts.take(clientAddress(c));
  const asksAgain = (await heldSession(c)) !== null;
  const { url, binding } = await begun(oidc, c.req.valid('query').returnTo, asksAgain);
  giveCookie(c, OIDC_COOKIE, binding, UNDER_WAY_MS);
  c.header('cache-control', 'no-store');
  return c.redirect(url, 302);
});

const callback = endpoint({
  method: 'get',
  path: '/api/auth/oidc/callback',
  tags: ['Sign-in'],
  summary: 'Where the provider of sign-ins sends people back to',
  'x-permission': 'public',
  request: {
    query: z.object({
      code: z.string().max(4_000).optional(),
      state: z.string().max(200).optional(),
      iss: z.string().max(500).optional(),
      error: z.string().max(200).optional(),
    }),
  },
  responses: {
    302: { description: 'Signed in.' },
    401: refusal('The sign-in was not finished, or asks for the second factor.'),
    403: refusal('Nobody here, frozen or without a role.'),
    404: refusal('No provider of sign-ins is set up.'),
  },
});

/** Signs in somebody who exists here already: by a linked identity, else by a verified address. */
export const finishOidc = newApp().openapi(callback, async (c) => {
  const oidc = providerOf(c);
  const { code, state, iss } = c.req.valid('query');
  const binding = cookieToken(c, OIDC_COOKIE);
  takeCookie(c, OIDC_COOKIE);
  const identity =
    code !== undefined && state !== undefined
      ? await oidc.finish({ code, state, iss }, binding)
      : null;
  if (!identity) {
    const failure = { account: oidc.provider, userId: null, reason: 'oidc' };
    await noteFailure(c, 'sign_in', failure);
    throw new DomainError('unauthorized', 'The sign-in was not finished; begin again.');
  }
  await c.var.deps.limits.oidcStarts.giveBack(clientAddress(c));
  await admit(c, await localPerson(c, oidc, identity), 'oidc', identity.authenticatedAt);
  return c.redirect(identity.returnTo, 302);
});

function providerOf(c: AppContext): Oidc {
  const { oidc } = c.var.deps.auth;
  if (oidc) return oidc;
  throw new DomainError('not_found', 'No provider of sign-ins is set up here.');
}

async function begun(oidc: Oidc, returnTo: string, asksAgain: boolean) {
  try {
    return await oidc.begin(returnTo, asksAgain);
  } catch {
    throw new DomainError('unavailable', 'The provider of sign-ins does not answer; try later.');
  }
}

async function localPerson(c: AppContext, oidc: Oidc, { subject, email }: Identity) {
  const { db, auth } = c.var.deps;
  const linked = await auth.store.linkedUser(oidc.provider, subject);
  if (linked !== null) {
    const person = await findCredential(db, linked);
    if (person) return person;
  }
  const person = email === null ? null : await findCredentialByEmail(db, email);
  // An address may pass to somebody else; an identity that is linked already stays the one.
  if (!person || (await auth.store.hasIdentity(oidc.provider, person.id))) {
    const failure = { account: email ?? oidc.provider, userId: null, reason: 'oidc_unknown' };
    await noteFailure(c, 'sign_in', failure);
    throw new DomainError('forbidden', 'Nobody here has this identity; ask an administrator.');
  }
  await auth.store.link(oidc.provider, subject, person.id);
  return person;
}
