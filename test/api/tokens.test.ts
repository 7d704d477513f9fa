import { createHmac, randomBytes } from 'node:crypto';
import {
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  SignJWT,
  type JWTPayload,
} from 'jose';
import { expect, test } from 'vitest';
import { useTestApi } from './support/test-api.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'bursar';
const es = await generateKeyPair('ES256');
const rs = await generateKeyPair('RS256', { extractable: true });
/** The same key, used by other algorithms. */
const rsFor = async (alg: string) => importPKCS8(await exportPKCS8(rs.privateKey), alg);
const ed = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const foreign = await generateKeyPair('ES256', { extractable: true });

const api = useTestApi({
  auth: {
    tokens: {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: {
        keys: [
          { ...(await exportJWK(es.publicKey)), kid: 'es', alg: 'ES256' },
          { ...(await exportJWK(rs.publicKey)), kid: 'rs' },
          { ...(await exportJWK(ed.publicKey)), kid: 'ed' },
        ],
      },
      roleClaim: 'bursar_role',
      roleMax: 'manager',
    },
  },
});

const now = () => Math.floor(Date.now() / 1_000);
const claims = (): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'platform-1',
  iat: now(),
  exp: now() + 300,
  bursar_role: 'operator',
});
const sign = (payload: JWTPayload, header: Record<string, unknown> = {}, key = es.privateKey) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: 'es', typ: 'JWT', ...header })
    .sign(key);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const call = (token: string) =>
  api.call('GET', '/api/auth/session', { as: null, headers: { authorization: `Bearer ${token}` } });

test('a token of the issuer speaks for its subject with the role it names, at most the highest allowed', async () => {
  const answer = await call(await sign(claims()));
  expect(answer.at('session')).toMatchObject({
    kind: 'token',
    actor: 'token:issuer.example:platform-1',
    role: 'operator',
  });
  for (const [alg, kid, key] of [
    ['RS256', 'rs', rs.privateKey],
    ['PS256', 'rs', await rsFor('PS256')],
    ['EdDSA', 'ed', ed.privateKey],
  ] as const)
    expect([alg, (await call(await sign(claims(), { alg, kid }, key))).status]).toEqual([alg, 200]);
  const capped = await call(await sign({ ...claims(), bursar_role: 'super_admin' }));
  expect(capped.at('session.role')).toBe('manager');
  expect((await call(await sign({ ...claims(), nbf: now() + 20 }))).status).toBe(200);
});

test('no token is accepted that is forged, misused, stale, or brings its own key', async () => {
  const without = (name: string) => {
    const { [name]: _left, ...rest } = claims();
    return rest;
  };
  const publicPem = await exportSPKI(rs.publicKey);
  const publicJwk = JSON.stringify(await exportJWK(rs.publicKey));
  const hmacWith = (secret: string, kid: string) => {
    const text = `${encode({ alg: 'HS256', kid, typ: 'JWT' })}.${encode(claims())}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const jwk = await exportJWK(foreign.publicKey);
  const good = await sign(claims());
  const [head = '', body = '', signature = ''] = good.split('.');
  const attacks: Record<string, string | Promise<string>> = {
    'alg none': `${encode({ alg: 'none', kid: 'es', typ: 'JWT' })}.${encode(claims())}.`,
    'alg none with a signature': `${encode({ alg: 'none', kid: 'es', typ: 'JWT' })}.${body}.${signature}`,
    'alg None': `${encode({ alg: 'None', kid: 'es', typ: 'JWT' })}.${body}.${signature}`,
    'HS256 by the public key in PEM': hmacWith(publicPem, 'rs'),
    'HS256 by the public key as JWK': hmacWith(publicJwk, 'rs'),
    'HS256 by nothing': hmacWith('', 'es'),
    'another key under our id': sign(claims(), {}, foreign.privateKey),
    'the algorithm of another key': sign(claims(), { kid: 'rs' }),
    'an algorithm that is not on the list': sign(
      claims(),
      { alg: 'RS512', kid: 'rs' },
      await rsFor('RS512'),
    ),
    'a body that was changed': `${head}.${encode({ ...claims(), bursar_role: 'manager' })}.${signature}`,
    'an empty signature': `${head}.${body}.`,
    'no kid': sign(claims(), { kid: undefined }),
    'another audience': sign({ ...claims(), aud: 'somebody-else' }),
    'no audience': sign(without('aud')),
    'another issuer': sign({ ...claims(), iss: 'https://issuer.example.evil.example' }),
    'no issuer': sign(without('iss')),
    'nbf far ahead': sign({ ...claims(), nbf: now() + 3_600 }),
    'iat far ahead': sign({ ...claims(), iat: now() + 3_600, exp: now() + 7_200 }),
    expired: sign({ ...claims(), iat: now() - 600, exp: now() - 60 }),
    'no exp': sign(without('exp')),
    'no iat': sign(without('iat')),
    'older than a day': sign({ ...claims(), iat: now() - 90_000 }),
    'no subject': sign(without('sub')),
    'a subject with a line break': sign({ ...claims(), sub: 'a\nuser:usr_1' }),
    'no role': sign(without('bursar_role')),
    'a role that does not exist': sign({ ...claims(), bursar_role: 'root' }),
    'roles as a list': sign({ ...claims(), bursar_role: ['manager'] }),
    'another type': sign(claims(), { typ: 'id+jwt' }),
    'no type': sign(claims(), { typ: undefined }),
    jku: sign(claims(), { jku: 'https://evil.example/jwks' }, foreign.privateKey),
    'jku beside a good signature': sign(claims(), { jku: 'https://evil.example/jwks' }),
    x5u: sign(claims(), { x5u: 'https://evil.example/cert' }),
    'its own jwk': sign(claims(), { jwk }, foreign.privateKey),
    'a jwk beside a good signature': sign(claims(), { jwk }),
    crit: `${encode({ alg: 'ES256', kid: 'es', typ: 'JWT', crit: ['x'], x: 1 })}.${body}.${signature}`,
  };
  for (const kid of [
    '../../dev/null',
    '/etc/passwd',
    "es' or '1'='1",
    'es; select 1',
    '__proto__',
    'es\0',
    '',
  ]) {
    attacks[`kid ${kid}`] = sign(claims(), { kid }, foreign.privateKey);
    attacks[`kid ${kid}, signed by us`] = sign(claims(), { kid });
  }
  const accepted: string[] = [];
  for (const [name, token] of Object.entries(attacks)) {
    const { status } = await call(await token);
    if (status !== 401) accepted.push(`${name}: ${status}`);
  }
  expect(accepted).toEqual([]);
  expect(Object.keys(attacks).length).toBeGreaterThan(45);
});

test('where no issuer is trusted, a token is nothing; random ones are never a fault of ours', async () => {
  for (let tries = 0; tries < 50; tries += 1) {
    const part = () => randomBytes(20).toString('base64url');
    expect((await call(`${part()}.${part()}.${part()}`)).status).toBe(401);
  }
});
