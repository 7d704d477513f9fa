import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { makeTokenReader, type TokenSettings } from '../../api/auth/tokens.ts';
import { useTestApi } from './support/test-api.ts';

/** The keys of an issuer are fetched from it; while they cannot be had, no token is taken. */
const ISSUER = 'https://issuer.example';
const [ours, foreign, next] = await Promise.all([
  generateKeyPair('ES256'),
  generateKeyPair('ES256'),
  generateKeyPair('ES256'),
]);
const published = async (key: CryptoKey, kid: string) => ({ ...(await exportJWK(key)), kid });
const keys: object[] = [await published(ours.publicKey, 'one')];

type Mood = (response: ServerResponse) => unknown;
const fine: Mood = (response) => response.end(JSON.stringify({ keys }));
let mood: Mood = fine;
const server = createServer((_request, response) => mood(response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  mood = fine;
  vi.useRealTimers();
});

const settings: TokenSettings = {
  issuer: ISSUER,
  audience: 'bursar',
  keys: new URL(`http://127.0.0.1:${port}/jwks`),
  roleClaim: 'bursar_role',
  roleMax: 'manager',
};
const api = useTestApi({ auth: { tokens: settings } });

const tokenBy = (key: CryptoKey, kid = 'one') =>
  new SignJWT({ bursar_role: 'operator' })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience('bursar')
    .setSubject('platform-1')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key);

const call = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await api.call('GET', '/api/auth/session', { as: null, headers });
  return [answer.status, answer.at('error.code')];
};

const OUTAGES: Record<string, Mood> = {
  'an error': (response) => response.writeHead(500).end(),
  'a way to somewhere else': (response) =>
    response.writeHead(302, { location: 'https://evil.example/jwks' }).end(),
  'a closed connection': (response) => response.destroy(),
  'no JSON': (response) => response.end('<html>'),
  'no set of keys': (response) => response.end('{"keys":"none"}'),
  'no answer': () => undefined,
};

test.each(Object.entries(OUTAGES))(
  'with %s instead of keys no token is taken, and the next one is once they are there',
  async (_name, outage) => {
    const reader = makeTokenReader(settings);
    mood = outage;
    for (const token of [await tokenBy(ours.privateKey), await tokenBy(foreign.privateKey)])
      await expect(reader.callerOf(token)).rejects.toMatchObject({ code: 'unavailable' });
    mood = fine;
    expect(await reader.callerOf(await tokenBy(ours.privateKey))).toMatchObject({
      role: 'operator',
    });
    expect(await reader.callerOf(await tokenBy(foreign.privateKey))).toBe(null);
  },
);

test('over HTTP an outage is 503, also where the keys were known and are too old by now', async () => {
  mood = OUTAGES['an error'] ?? fine;
  expect(await call(await tokenBy(ours.privateKey))).toEqual([503, 'unavailable']);
  mood = fine;
  expect(await call(await tokenBy(ours.privateKey))).toEqual([200, undefined]);
  mood = OUTAGES['an error'] ?? fine;
  expect(await call(await tokenBy(ours.privateKey))).toEqual([200, undefined]);
  expect(await call(await tokenBy(foreign.privateKey))).toEqual([401, 'unauthorized']);
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 11 * 60_000);
  expect(await call(await tokenBy(ours.privateKey))).toEqual([503, 'unavailable']);
  mood = fine;
  expect(await call(await tokenBy(ours.privateKey))).toEqual([200, undefined]);
});

test('a key that the issuer has made since is found, and one that it has taken back is worth nothing', async () => {
  const reader = makeTokenReader(settings);
  expect(await reader.callerOf(await tokenBy(ours.privateKey))).not.toBe(null);
  keys.splice(0, 1, await published(next.publicKey, 'two'));
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 31_000);
  expect(await reader.callerOf(await tokenBy(next.privateKey, 'two'))).not.toBe(null);
  expect(await reader.callerOf(await tokenBy(ours.privateKey))).toBe(null);
});
