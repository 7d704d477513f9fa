import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { DomainError } from '../../domain/errors.ts';
import { roleLevel, ROLES, type Role } from '../../domain/permissions.ts';
import type { Caller } from '../http/caller.ts';

/** An issuer whose tokens are taken, and what they may do at most. */
export interface TokenSettings {
  issuer: string;
  audience: string;
  /** Its public keys, or where they are. */
  keys: URL | JSONWebKeySet;
  roleClaim: string;
  roleMax: Role;
}

/** Reads tokens of the trusted issuer. */
export interface TokenReader {
  /**
   * Who a token speaks for; null where it is not one that we trust. Throws `unavailable` where the
   * issuer's keys cannot be had.
   */
  callerOf(token: string): Promise<Caller | null>;
}

/** Signatures by a private key alone: with a shared secret, who verifies could sign. */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const TYPES = new Set(['JWT', 'AT+JWT', 'APPLICATION/AT+JWT']);
/** Where a token says itself with which key it is to be verified. */
const FOREIGN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'];
const CLOCK_TOLERANCE_SECONDS = 30;
const AGE_MAX_SECONDS = 24 * 3_600;
const FETCH_TIMEOUT_MS = 3_000;
const SUBJECT = /^[\x21-\x7e]{1,200}$/;

export function makeTokenReader(settings: TokenSettings): TokenReader {
  const { issuer, audience, keys } = settings;
  const find = keys instanceof URL ? keysAt(keys) : createLocalJWKSet(keys);
  return {
    async callerOf(token) {
      try {
        if (!isPlain(token)) return null;
        const { payload } = await jwtVerify(token, find, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          maxTokenAge: AGE_MAX_SECONDS,
          requiredClaims: ['exp', 'iat', 'sub'],
        });
        return callerIn(payload, settings);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        return null;
      }
    },
  };
}

/** The header names a type that we take and a key by its id alone. */
function isPlain(token: string): boolean {
  const header = decodeProtectedHeader(token);
  return (
    typeof header.kid === 'string' &&
    TYPES.has(String(header.typ).toUpperCase()) &&
    FOREIGN_KEYS.every((name) => !(name in header))
  );
}

/** What a set of keys says of a token that none of its keys fits. Anything else says nothing of the token. */
const MISFITS = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/** Finds keys at the issuer. Throws `unavailable` where it cannot be asked, or answers no set of keys. */
function keysAt(url: URL): JWTVerifyGetKey {
  const find = createRemoteJWKSet(url, { timeoutDuration: FETCH_TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (MISFITS.some((misfit) => error instanceof misfit)) throw error;
      throw new DomainError('unavailable', "The keys of the tokens' issuer cannot be had now.");
    }
  };
}

function callerIn(payload: JWTPayload, settings: TokenSettings): Caller | null {
  const { sub = '' } = payload;
  const claimed = ROLES.find((role) => role === payload[settings.roleClaim]);
  if (claimed === undefined || !SUBJECT.test(sub)) return null;
  const role = roleLevel(claimed) > roleLevel(settings.roleMax) ? settings.roleMax : claimed;
  return {
    kind: 'token',
    id: sub,
    name: sub,
    actor: `token:${new URL(settings.issuer).host}:${sub}`,
    role,
    scopes: null,
    cidrs: [],
    sessionId: null,
    authenticatedAt: null,
  };
}
