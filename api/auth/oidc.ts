import { createAuthorizationURL, validateAuthorizationCode } from 'better-auth/oauth2';
import { generateRandomString } from 'better-auth/crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { FRESH_PROOF_MS } from '../http/step-up.ts';
import { ABSOLUTE_MS } from '../http/session-ring.ts';
import type { AuthStore } from './library.ts';
import { makeDiscovery } from './oidc-metadata.ts';

/** A provider of sign-ins by OpenID Connect. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  name: string;
}

/** Whom the provider says has signed in. */
export interface Identity {
  subject: string;
  /** Lower case; null where the provider has not verified one. */
  email: string | null;
  /** When they proved it there; where that is not told, so long ago that it is no fresh proof. */
  authenticatedAt: Date;
  /** Where to go next: a path of our own. */
  returnTo: string;
}

/** Sign-ins at a provider: code flow with PKCE, state and nonce; the state is bound to the browser. */
export interface Oidc {
  readonly name: string;
  /** Identities are kept under this name. */
  readonly provider: string;
  /**
   * Where the browser goes, and what it must carry in a cookie when it comes back. With `asksAgain`
   * only a proof given within the last five minutes is taken at the end.
   */
  begin(returnTo: string, asksAgain: boolean): Promise<{ url: string; binding: string }>;
  /** Who has come back; null where anything of it is not as it was begun. Works once. */
  finish(
    answer: { code: string; state: string; iss?: string | undefined },
    binding: string | null,
  ): Promise<Identity | null>;
}

const UNDER_WAY_MS = 10 * 60_000;
const RANDOM_LENGTH = 43;
const CLOCK_TOLERANCE_S = 30;
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'];

const underWay = z.object({
  binding: z.string(),
  codeVerifier: z.string(),
  nonce: z.string(),
  returnTo: z.string(),
  /** Kept here, since the browser may change what it asks the provider for. */
  asksAgain: z.boolean(),
});

const claims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  auth_time: z.number().int().positive().optional(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});

/** @param publicUrl where the provider sends people back to. */
export function makeOidc(
  { issuer, clientId, clientSecret, name }: OidcSettings,
  { store, publicUrl }: { store: AuthStore; publicUrl: string },
): Oidc {
  const redirectURI = `${publicUrl.replace(/\/+$/, '')}/api/auth/oidc/callback`;
  const options = { clientId, clientSecret, redirectURI };
  const discover = makeDiscovery(issuer);
  return {
    name,
    provider: `oidc ${issuer}`,
    async begin(returnTo, asksAgain) {
      const { authorization_endpoint: authorizationEndpoint } = (await discover()).found;
      const draw = () => generateRandomString(RANDOM_LENGTH);
      const [state, binding, codeVerifier, nonce] = [draw(), draw(), draw(), draw()];
      const kept = JSON.stringify({ binding, codeVerifier, nonce, returnTo, asksAgain });
      await store.keep(`oidc ${state}`, kept, UNDER_WAY_MS);
      const url = await createAuthorizationURL({
        id: 'oidc',
        options,
        redirectURI,
        authorizationEndpoint,
        state,
        codeVerifier,
        scopes: ['openid', 'email', 'profile'],
        additionalParams: { nonce, ...ageAsked(asksAgain) },
      });
      return { url: url.toString(), binding };
    },
    async finish({ code, state, iss }, binding) {
      const kept = await store.take(`oidc ${state}`);
      const begun = kept === null ? null : underWay.parse(JSON.parse(kept));
      if (!begun || begun.binding !== binding) return null;
      const { found, keys } = await discover();
      if (iss !== undefined && iss !== found.issuer) return null;
      try {
        const { idToken } = await validateAuthorizationCode({
          code,
          codeVerifier: begun.codeVerifier,
          redirectURI,
          options,
          tokenEndpoint: found.token_endpoint,
        });
        const { payload } = await jwtVerify(idToken ?? '', keys, {
          issuer: found.issuer,
          audience: clientId,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
          clockTolerance: CLOCK_TOLERANCE_S,
        });
        const said = claims.parse(payload);
        if (said.nonce !== begun.nonce || (payload['azp'] ?? clientId) !== clientId) return null;
        const authenticatedAt = provedAt(said.auth_time, begun.asksAgain);
        if (authenticatedAt === null) return null;
        const email = said.email_verified === true ? (said.email?.toLowerCase() ?? null) : null;
        return { subject: said.sub, email, authenticatedAt, returnTo: begun.returnTo };
      } catch {
        // Whatever is wrong with the code or the token, nobody has signed in.
        return null;
      }
    },
  };
}

/** How old a proof the provider may take; with `max_age` it must tell when it was given. */
const ageAsked = (asksAgain: boolean): Record<string, string> =>
  asksAgain
    ? { prompt: 'login', max_age: '0' }
    : { max_age: String(Math.floor(ABSOLUTE_MS / 1_000)) };

/**
 * When the person proved who they are, never later than now. Null where that is longer ago, or
 * later, than it may be; or where it is not told although they had to be asked again.
 */
function provedAt(authTime: number | undefined, asksAgain: boolean): Date | null {
  const now = Date.now();
  if (authTime === undefined) return asksAgain ? null : new Date(now - FRESH_PROOF_MS);
  const ageMs = now - authTime * 1_000;
  const mostMs = asksAgain ? FRESH_PROOF_MS : ABSOLUTE_MS + CLOCK_TOLERANCE_S * 1_000;
  if (ageMs > mostMs || ageMs < -CLOCK_TOLERANCE_S * 1_000) return null;
  return new Date(Math.min(now, authTime * 1_000));
}
