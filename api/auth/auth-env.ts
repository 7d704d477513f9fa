import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { ROLES } from '../../domain/permissions.ts';
import { withFiles } from '../../providers/config.ts';
import type { OidcSettings } from './oidc.ts';
import type { TokenSettings } from './tokens.ts';

/** Over the network only by https; on this machine, for development, by http too. */
const issuerUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}, 'must use https');

const oidcVariables = z.object({
  BURSAR_OIDC_ISSUER: issuerUrl,
  BURSAR_OIDC_CLIENT_ID: z.string().min(1),
  BURSAR_OIDC_CLIENT_SECRET: z.string().min(16, 'is at least 16 characters'),
  BURSAR_OIDC_NAME: z.string().min(1).max(60).default('single sign-on'),
});

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().min(1) })).min(1),
});

const jwks = z.string().transform((text, context): JSONWebKeySet => {
  try {
    const { keys } = keySet.parse(JSON.parse(text));
    if (keys.every(({ kty, d }) => kty !== 'oct' && d === undefined)) return { keys };
  } catch {
    // Whatever it is, it is no set of keys.
  }
  context.addIssue('is a set of public keys in JSON, each with a "kid"');
  return { keys: [] };
});

const tokenVariables = z
  .object({
    BURSAR_JWT_ISSUER: issuerUrl,
    BURSAR_JWT_AUDIENCE: z.string().min(1),
    BURSAR_JWT_JWKS_URL: issuerUrl.optional(),
    BURSAR_JWT_JWKS: jwks.optional(),
    BURSAR_JWT_ROLE_CLAIM: z.string().min(1).default('bursar_role'),
    BURSAR_JWT_ROLE_MAX: z.enum(ROLES).default('manager'),
  })
  .refine(
    (read) => (read.BURSAR_JWT_JWKS_URL === undefined) !== (read.BURSAR_JWT_JWKS === undefined),
    'give one of BURSAR_JWT_JWKS_URL and BURSAR_JWT_JWKS',
  );

/** Where else people sign in, and whose tokens are taken; and what is wrong with it. */
export interface AuthEnv {
  oidc: OidcSettings | undefined;
  tokens: TokenSettings | undefined;
  problems: string[];
}

/** Reads the variables of sign-ins elsewhere: none of a group, or all that are needed. */
export function readAuthEnv(variables: NodeJS.ProcessEnv): AuthEnv {
  const { set } = withFiles(variables);
  const problems: string[] = [];
  const read = <T>(prefix: string, schema: z.ZodType<T>): T | undefined => {
    const own = Object.entries(set).filter(([name]) => name.startsWith(prefix));
    if (own.length === 0) return undefined;
    const parsed = schema.safeParse(Object.fromEntries(own));
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues)
      problems.push(`${path.join('.') || `${prefix}*`}: ${message}`);
    return undefined;
  };
  const oidc = read('BURSAR_OIDC_', oidcVariables);
  const jwt = read('BURSAR_JWT_', tokenVariables);
  return {
    oidc: oidc && {
      issuer: oidc.BURSAR_OIDC_ISSUER,
      clientId: oidc.BURSAR_OIDC_CLIENT_ID,
      clientSecret: oidc.BURSAR_OIDC_CLIENT_SECRET,
      name: oidc.BURSAR_OIDC_NAME,
    },
    tokens: jwt && {
      issuer: jwt.BURSAR_JWT_ISSUER,
      audience: jwt.BURSAR_JWT_AUDIENCE,
      keys: jwt.BURSAR_JWT_JWKS ?? new URL(jwt.BURSAR_JWT_JWKS_URL ?? ''),
      roleClaim: jwt.BURSAR_JWT_ROLE_CLAIM,
      roleMax: jwt.BURSAR_JWT_ROLE_MAX,
    },
    problems,
  };
}
