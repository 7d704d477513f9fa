import { createAuthorizationURL, validateAuthorizationCode } from 'better-auth/oauth2';
import { generateRandomString } from 'better-auth/crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { AuthStore } from './library.ts';

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
  /** Where to go next: a path of our own. */
  returnTo: string;
}

/** Sign-ins at a provider: code flow with PKCE, state and nonce; the state is bound to the browser. */
export interface Oidc {
  readonly name: string;
  /** Identities are kept under this name. */
  readonly provider: string;
  /** Where the browser goes, and what it must carry in a cookie when it comes back. */
  begin(returnTo: string, asksAgain: boolean): Promise<{ url: string; binding: string }>;
  /** Who has come back; null where anything of it is not as it was begun. Works once. */
  finish(
    answer: { code: string; state: string; iss?: string | undefined },
    binding: string | null,
  ): Promise<Identity | null>;
}

const UNDER_WAY_MS = 10 * 60_000;
const RANDOM_LENGTH = 43;
const DISCOVERY_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'];

const discovered = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
});

const underWay = z.object({
  binding: z.string(),
  codeVerifier: z.string(),
  nonce: z.string(),
  returnTo: z.string(),
});

const claims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
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
      const kept = JSON.stringify({ binding, codeVerifier, nonce, returnTo });
      await store.keep(`oidc ${state}`, kept, UNDER_WAY_MS);
      const url = await createAuthorizationURL({
        id: 'oidc',
        options,
        redirectURI,
        authorizationEndpoint,
        state,
        codeVerifier,
        scopes: ['openid', 'email', 'profile'],
        additionalParams: { nonce, ...(asksAgain && { prompt: 'login' }) },
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
          clockTolerance: 30,
        });
        const said = claims.parse(payload);
        if (said.nonce !== begun.nonce || (payload['azp'] ?? clientId) !== clientId) return null;
        const email = said.email_verified === true ? (said.email?.toLowerCase() ?? null) : null;
        return { subject: said.sub, email, returnTo: begun.returnTo };
      } catch {
        // Whatever is wrong with the code or the token, nobody has signed in.
        return null;
      }
    },
  };
}

/** What the provider says of itself, asked at most every ten minutes. */
function makeDiscovery(issuer: string) {
  const read = async () => {
    const answer = await fetch(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const found = discovered.parse(await answer.json());
    if (found.issuer !== issuer) throw new Error('the provider of sign-ins names another issuer');
    return { found, keys: createRemoteJWKSet(new URL(found.jwks_uri)) };
  };
  let known: { at: number; read: ReturnType<typeof read> } | undefined;
  return () => {
    if (known && Date.now() - known.at < DISCOVERY_MS) return known.read;
    const asked = { at: Date.now(), read: read() };
    asked.read.catch(() => {
      if (known === asked) known = undefined;
    });
    known = asked;
    return asked.read;
  };
}
