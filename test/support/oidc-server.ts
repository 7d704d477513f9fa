import { createHash, randomUUID } from 'node:crypto';
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Who has signed in at the provider, and what it does otherwise than it should. */
export interface OidcBehaviour {
  sub: string;
  email?: string;
  emailVerified?: boolean;
  nonce?: string;
  audience?: string;
  issuer?: string;
  /** Signs with a key that it does not publish. */
  foreignKey?: boolean;
  expired?: boolean;
  /** How long ago the person proved who they are; none unless told, null where it is not said. */
  provedSecondsAgo?: number | null;
}

/** A small provider of sign-ins by OpenID Connect over real HTTP: codes, PKCE, signed ID tokens. */
export interface OidcServer {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs somebody in as a browser that was sent to `url` would, and answers where it is sent back. */
  signIn(url: string, behaviour: OidcBehaviour): string;
  close(): void;
}

interface Grant {
  challenge: string;
  redirectUri: string;
  nonce: string;
  behaviour: OidcBehaviour;
}

/** Starts a provider on a port of its own. */
export async function startOidcServer(): Promise<OidcServer> {
  const [own, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const grants = new Map<string, Grant>();
  const [clientId, clientSecret] = ['bursar-console', randomUUID()];
  const app = new Hono();
  const holder: { server?: ServerType; issuer: string } = { issuer: '' };
  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      issuer: holder.issuer,
      authorization_endpoint: `${holder.issuer}/authorize`,
      token_endpoint: `${holder.issuer}/token`,
      jwks_uri: `${holder.issuer}/jwks`,
    }),
  );
  app.get('/jwks', async (c) =>
    c.json({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256' }] }),
  );
  app.post('/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      grant?.challenge === challenge &&
      grant.redirectUri === form.get('redirect_uri') &&
      form.get('client_secret') === clientSecret;
    if (!fits) return c.json({ error: 'invalid_grant' }, 400);
    const { behaviour } = grant;
    const { provedSecondsAgo: provedAgo = 0 } = behaviour;
    const token = await new SignJWT({
      nonce: behaviour.nonce ?? grant.nonce,
      ...(provedAgo !== null && { auth_time: Math.floor(Date.now() / 1_000) - provedAgo }),
      email: behaviour.email,
      email_verified: behaviour.emailVerified ?? true,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'own' })
      .setIssuer(behaviour.issuer ?? holder.issuer)
      .setAudience(behaviour.audience ?? clientId)
      .setSubject(behaviour.sub)
      .setIssuedAt()
      .setExpirationTime(behaviour.expired ? '-5m' : '5m')
      .sign(behaviour.foreignKey ? foreign.privateKey : own.privateKey);
    return c.json({ access_token: randomUUID(), token_type: 'Bearer', id_token: token });
  });
  await new Promise<void>((resolve) => {
    holder.server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      holder.issuer = `http://127.0.0.1:${port}`;
      resolve();
    });
  });
  return {
    issuer: holder.issuer,
    clientId,
    clientSecret,
    signIn(url, behaviour) {
      const asked = new URL(url).searchParams;
      const code = randomUUID();
      grants.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
        nonce: asked.get('nonce') ?? '',
        behaviour,
      });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
      return back.pathname + back.search;
    },
    close: () => void holder.server?.close(),
  };
}
