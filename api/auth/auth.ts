import type { Db } from '../../db/client.ts';
import { makeSessionRing, type SessionRing } from '../http/session-ring.ts';
import { makeAuthStore, type AuthStore } from './library.ts';
import { makeOidc, type Oidc, type OidcSettings } from './oidc.ts';
import { makePasswordHasher, type PasswordHasher } from './password-hash.ts';
import { makeSecondFactors, type SecondFactors } from './second-factor.ts';
import { makeCookieSigner, type CookieSigner } from './session-cookie.ts';
import { makeTokenReader, type TokenReader, type TokenSettings } from './tokens.ts';

/** How people and tokens prove who they are, as the environment says it. */
export interface AuthOptions {
  /** Signs cookies and encrypts second factors; at least 32 random bytes. */
  secret: Buffer;
  /** A provider where people may sign in too. */
  oidc?: OidcSettings | undefined;
  /** An issuer whose tokens are taken. */
  tokens?: TokenSettings | undefined;
  /** Hashes passwords; at the usual cost unless told. */
  passwords?: PasswordHasher | undefined;
}

/** What signing in works with, shared between requests. */
export interface Auth {
  signer: CookieSigner;
  sessions: SessionRing;
  store: AuthStore;
  passwords: PasswordHasher;
  secondFactors: SecondFactors;
  /** Null where people sign in here alone. */
  oidc: Oidc | null;
  /** Null where no issuer is trusted. */
  tokens: TokenReader | null;
}

/** Puts together what signing in works with. Nothing is connected before it is asked for. */
export function makeAuth(db: Db, options: AuthOptions, publicUrl: string): Auth {
  const { secret } = options;
  const store = makeAuthStore(db, { secret: secret.toString('base64'), baseUrl: publicUrl });
  return {
    signer: makeCookieSigner(secret),
    sessions: makeSessionRing(db),
    store,
    passwords: options.passwords ?? makePasswordHasher(),
    secondFactors: makeSecondFactors(secret, store),
    oidc: options.oidc ? makeOidc(options.oidc, { store, publicUrl }) : null,
    tokens: options.tokens ? makeTokenReader(options.tokens) : null,
  };
}
