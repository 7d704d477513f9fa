import { createRemoteJWKSet } from 'jose';
import { z } from 'zod';

const KEPT_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;

const endpoint = z.url({ protocol: /^https?$/ });
const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
});

/** What a provider of sign-ins says of itself. */
export type OidcMetadata = z.infer<typeof metadata>;

/**
 * Reads what was found at the issuer's address. Throws where another issuer is named, or where an
 * issuer that is reached over TLS names an endpoint that is not.
 */
export function readMetadata(issuer: string, answer: unknown): OidcMetadata {
  const found = metadata.parse(answer);
  if (found.issuer !== issuer) throw new Error('the provider of sign-ins names another issuer');
  const endpoints = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri];
  const plain = endpoints.some((url) => new URL(url).protocol !== 'https:');
  if (plain && new URL(issuer).protocol === 'https:')
    throw new Error('the provider of sign-ins names an endpoint without TLS');
  return found;
}

/** What the provider says of itself and its keys, asked at most every ten minutes. */
export function makeDiscovery(issuer: string) {
  const read = async () => {
    const answer = await fetch(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const found = readMetadata(issuer, await answer.json());
    return { found, keys: createRemoteJWKSet(new URL(found.jwks_uri)) };
  };
  let known: { at: number; read: ReturnType<typeof read> } | undefined;
  return () => {
    if (known && Date.now() - known.at < KEPT_MS) return known.read;
    const asked = { at: Date.now(), read: read() };
    asked.read.catch(() => {
      if (known === asked) known = undefined;
    });
    known = asked;
    return asked.read;
  };
}
