import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { readAuthEnv } from '../../api/auth/auth-env.ts';
import { EnvError, readEnv } from '../../api/env.ts';
import { longLivedDir } from '../support/temp-dir.ts';

const pair = await generateKeyPair('ES256', { extractable: true });
const publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'one' };
const privateKey = { ...(await exportJWK(pair.privateKey)), kid: 'one' };
const SECRET = 'hunter2-hunter2-hunter2';

const OIDC = {
  BURSAR_OIDC_ISSUER: 'https://issuer.example',
  BURSAR_OIDC_CLIENT_ID: 'bursar',
  BURSAR_OIDC_CLIENT_SECRET: SECRET,
};
const JWT = {
  BURSAR_JWT_ISSUER: 'https://issuer.example',
  BURSAR_JWT_AUDIENCE: 'bursar',
  BURSAR_JWT_JWKS_URL: 'https://issuer.example/jwks',
};
const setOf = (...keys: object[]) => JSON.stringify({ keys });
/** Two places of keys would leave open which of them counts. */
const jwtWith = (jwks: string) => ({
  ...JWT,
  BURSAR_JWT_JWKS_URL: undefined,
  BURSAR_JWT_JWKS: jwks,
});

test('without the variables nobody signs in elsewhere and no token is taken', () => {
  expect(readAuthEnv({})).toEqual({ oidc: undefined, tokens: undefined, problems: [] });
  const empty = { BURSAR_OIDC_ISSUER: '', BURSAR_JWT_ISSUER: '' };
  expect(readAuthEnv(empty)).toEqual({ oidc: undefined, tokens: undefined, problems: [] });
});

test('with all that is needed the rest has its default, and a token is a manager’s at most', () => {
  expect(readAuthEnv({ ...OIDC, ...JWT })).toEqual({
    oidc: {
      issuer: 'https://issuer.example',
      clientId: 'bursar',
      clientSecret: SECRET,
      name: 'single sign-on',
    },
    tokens: {
      issuer: 'https://issuer.example',
      audience: 'bursar',
      keys: new URL('https://issuer.example/jwks'),
      roleClaim: 'bursar_role',
      roleMax: 'manager',
    },
    problems: [],
  });
  const { tokens } = readAuthEnv(jwtWith(setOf(publicKey)));
  expect(tokens?.keys).toEqual({ keys: [publicKey] });
});

test('a secret may be a file', () => {
  const file = path.join(longLivedDir(), 'client-secret');
  writeFileSync(file, `${SECRET}\n`);
  const { BURSAR_OIDC_CLIENT_SECRET: _left, ...rest } = OIDC;
  const { oidc } = readAuthEnv({ ...rest, BURSAR_OIDC_CLIENT_SECRET_FILE: file });
  expect(oidc?.clientSecret).toBe(SECRET);
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  ['half of the sign-ins elsewhere', { BURSAR_OIDC_CLIENT_ID: 'x' }, 'BURSAR_OIDC_ISSUER'],
  ['half of the tokens', { BURSAR_JWT_AUDIENCE: 'x' }, 'BURSAR_JWT_ISSUER'],
  [
    'a provider in clear text',
    { ...OIDC, BURSAR_OIDC_ISSUER: 'http://issuer.example' },
    'BURSAR_OIDC_ISSUER',
  ],
  [
    'a host that only begins as this machine does',
    { ...OIDC, BURSAR_OIDC_ISSUER: 'http://localhost.evil.example' },
    'BURSAR_OIDC_ISSUER',
  ],
  ['a short secret', { ...OIDC, BURSAR_OIDC_CLIENT_SECRET: 'short' }, 'BURSAR_OIDC_CLIENT_SECRET'],
  [
    'keys in clear text',
    { ...JWT, BURSAR_JWT_JWKS_URL: 'http://issuer.example/jwks' },
    'BURSAR_JWT_JWKS_URL',
  ],
  [
    'keys from a file of this machine',
    { ...JWT, BURSAR_JWT_JWKS_URL: 'file:///etc/passwd' },
    'BURSAR_JWT_JWKS_URL',
  ],
  ['no keys', { ...JWT, BURSAR_JWT_JWKS_URL: undefined }, 'BURSAR_JWT_*'],
  ['two places of keys', { ...JWT, BURSAR_JWT_JWKS: setOf(publicKey) }, 'BURSAR_JWT_*'],
  ['no JSON', jwtWith('hunter2'), 'BURSAR_JWT_JWKS'],
  ['an empty set', jwtWith(setOf()), 'BURSAR_JWT_JWKS'],
  ['a key without an id', jwtWith(setOf({ ...publicKey, kid: undefined })), 'BURSAR_JWT_JWKS'],
  ['a private key', jwtWith(setOf(publicKey, privateKey)), 'BURSAR_JWT_JWKS'],
  [
    'a shared secret',
    jwtWith(setOf(publicKey, { kty: 'oct', kid: 'two', k: 'aHVudGVyMg' })),
    'BURSAR_JWT_JWKS',
  ],
  ['a role that does not exist', { ...JWT, BURSAR_JWT_ROLE_MAX: 'root' }, 'BURSAR_JWT_ROLE_MAX'],
])('%s is refused by name and without its value', (_name, variables, named) => {
  const { problems } = readAuthEnv(variables);
  expect(problems.map((line) => line.split(':')[0])).toContain(named);
  expect(problems.join()).not.toMatch(/hunter2|aHVudGVyMg/);
  expect(problems.join()).not.toContain(privateKey.d ?? SECRET);
});

test('the API does not start with half of it', () => {
  const needed = {
    DATABASE_URL: 'postgres://user:x@localhost/bursar',
    TEMPORAL_ADDRESS: 'localhost:7233',
    BURSAR_API_PORT: '8080',
    BURSAR_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BURSAR_AUTH_SECRET: randomBytes(32).toString('base64'),
  };
  expect(() => readEnv({ ...needed, ...OIDC, ...JWT })).not.toThrow();
  const half = { ...needed, ...JWT, BURSAR_JWT_AUDIENCE: undefined };
  expect(() => readEnv(half)).toThrow(EnvError);
  expect(() => readEnv(half)).toThrow(/BURSAR_JWT_AUDIENCE/);
});
